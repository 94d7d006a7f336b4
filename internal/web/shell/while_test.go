package shell

import (
	"context"
	"testing"
	"testing/synctest"
	"time"
)

// An answer that goes on ends with who it is for, and not before.
func TestWhile(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		asked := 0
		ctx, stop := while(t.Context(), time.Minute, func(context.Context) bool {
			asked++
			return asked < 3
		})
		defer stop()
		time.Sleep(2*time.Minute + time.Second)
		synctest.Wait()
		if asked != 2 || ctx.Err() != nil {
			t.Errorf("asked %d times, %v", asked, ctx.Err())
		}
		time.Sleep(time.Minute)
		synctest.Wait()
		if asked != 3 || ctx.Err() == nil {
			t.Errorf("asked %d times, %v", asked, ctx.Err())
		}
	})
}

func TestWhileStops(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		asked := 0
		_, stop := while(t.Context(), time.Minute, func(context.Context) bool {
			asked++
			return true
		})
		stop()
		time.Sleep(time.Hour)
		synctest.Wait()
		if asked != 0 {
			t.Errorf("asked %d times after the end", asked)
		}
	})
}

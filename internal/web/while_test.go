package web_test

import (
	"context"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"kept/internal/web"
)

// An answer that goes on ends with who it is for, and not before.
func TestWhile(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var asked atomic.Int64
		ctx, stop := web.While(t.Context(), time.Minute, func(context.Context) bool {
			return asked.Add(1) < 3
		})
		defer stop()
		time.Sleep(2*time.Minute + time.Second)
		synctest.Wait()
		if asked.Load() != 2 || ctx.Err() != nil {
			t.Errorf("asked %d times, %v", asked.Load(), ctx.Err())
		}
		time.Sleep(time.Minute)
		synctest.Wait()
		if asked.Load() != 3 || ctx.Err() == nil {
			t.Errorf("asked %d times, %v", asked.Load(), ctx.Err())
		}
	})
}

func TestWhileStops(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var asked atomic.Int64
		_, stop := web.While(t.Context(), time.Minute, func(context.Context) bool {
			asked.Add(1)
			return true
		})
		stop()
		time.Sleep(time.Hour)
		synctest.Wait()
		if asked.Load() != 0 {
			t.Errorf("asked %d times after the end", asked.Load())
		}
	})
}

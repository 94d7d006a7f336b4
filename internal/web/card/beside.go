package card

import "sync"

// beside runs some reads at the same time and waits for all of them: a card
// asks the database some thirty things, and most of the time goes on the way
// there. It gives the error of the first that failed, in their order; a panic
// is the caller's, who knows how to answer it.
func beside(reads ...func() error) error {
	type end struct {
		err   error
		panic any
	}
	ends := make([]end, len(reads))
	var all sync.WaitGroup
	for i, read := range reads {
		all.Go(func() {
			defer func() { ends[i].panic = recover() }()
			ends[i].err = read()
		})
	}
	all.Wait()
	for _, e := range ends {
		if e.panic != nil {
			panic(e.panic)
		}
		if e.err != nil {
			return e.err
		}
	}
	return nil
}

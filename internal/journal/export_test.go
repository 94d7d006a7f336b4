package journal

import "time"

// SetPatience sets how long a reader of the live feed may stall.
func (j *Journal) SetPatience(d time.Duration) { j.hub.patience = d }

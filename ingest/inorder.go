package ingest

import (
	"context"
	"iter"
	"sync"
)

// worker makes batches of a task and hands them on with send, which is false when nobody wants more.
type worker[T, B any] func(ctx context.Context, task T, send func(B) bool) error

// inOrder does tasks side by side, a task by one of the workers, and gives what they make in the order of the tasks: the result is that
// of one worker, whoever is faster. A worker is at most ahead batches ahead of who takes them, so memory is bounded. Tasks are taken
// out of the slice as they are done. An error is the last of its task; what a canceled context leaves undone has no error.
func inOrder[T, B any](ctx context.Context, tasks []T, ahead int, workers []worker[T, B]) iter.Seq2[T, iter.Seq2[B, error]] {
	return func(yield func(T, iter.Seq2[B, error]) bool) {
		inner, stop := context.WithCancel(ctx)
		var running sync.WaitGroup
		defer running.Wait()
		defer stop()
		// A task is promised to the consumer before a worker has it: the consumer's next is then always with a worker, or the next to be taken.
		todo, order := make(chan *job[T, B]), make(chan *job[T, B], len(workers))
		running.Go(func() { dispatch(inner, tasks, ahead, todo, order) })
		for _, work := range workers {
			running.Go(func() {
				for j := range todo {
					j.err = work(j.ctx, j.task, j.send)
					close(j.batches)
				}
			})
		}
		for j := range order {
			more := yield(j.task, j.all)
			j.cancel()
			for range j.batches { // those that were not wanted
			}
			if !more {
				return
			}
		}
	}
}

// job is a task under way.
type job[T, B any] struct {
	task    T
	ctx     context.Context
	cancel  context.CancelFunc
	batches chan B
	err     error // set before batches is closed
}

func dispatch[T, B any](ctx context.Context, tasks []T, ahead int, todo, order chan<- *job[T, B]) {
	defer close(todo)
	defer close(order)
	for i, task := range tasks {
		var none T
		tasks[i] = none // there may be hundreds of thousands
		j := &job[T, B]{task: task, batches: make(chan B, ahead)}
		j.ctx, j.cancel = context.WithCancel(ctx)
		select {
		case order <- j:
		case <-ctx.Done():
			j.cancel()
			return
		}
		select {
		case todo <- j:
		case <-ctx.Done(): // the consumer may wait already for what no worker will send
			close(j.batches)
			return
		}
	}
}

func (j *job[T, B]) send(b B) bool {
	select {
	case j.batches <- b:
		return true
	case <-j.ctx.Done():
		return false
	}
}

// all gives the batches of a job, then its error.
func (j *job[T, B]) all(yield func(B, error) bool) {
	for b := range j.batches {
		if !yield(b, nil) {
			return
		}
	}
	if j.err != nil {
		var none B
		yield(none, j.err)
	}
}

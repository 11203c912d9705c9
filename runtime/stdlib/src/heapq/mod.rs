//! `_heapq`

pub use module::MODULE;

use taipan_runtime::error::PyResult;
use taipan_runtime::object::{P, Ref};
use taipan_runtime::protocol::compare::compare_bool;
use taipan_runtime::raise;
use taipan_runtime::slots::CmpOp;
use taipan_runtime::types::list::List;

/// The order of a heap: does the first belong above the second?
type Order = CmpOp;
const MIN: Order = CmpOp::Lt;
const MAX: Order = CmpOp::Gt;

fn item(heap: P<List>, i: usize) -> PyResult {
    match heap.items.get(i) {
        Some(v) => Ok(v.own()),
        None => raise!(IndexError, "index out of range"),
    }
}

/// Does item `a` belong above item `b`? For a max-heap CPython too asks `b < a`.
fn above(heap: P<List>, a: usize, b: usize, order: Order) -> PyResult<bool> {
    let n = heap.items.len();
    let (x, y) = (item(heap, a)?, item(heap, b)?);
    let r = match order {
        CmpOp::Lt => compare_bool(x.value(), y.value(), CmpOp::Lt)?,
        _ => compare_bool(y.value(), x.value(), CmpOp::Lt)?,
    };
    if heap.items.len() != n {
        return raise!(RuntimeError, "list changed size during iteration");
    }
    Ok(r)
}

fn swap(heap: P<List>, a: usize, b: usize) {
    heap.items.permute(|items| items.swap(a, b));
}

/// Move the item at `pos` up until its parent belongs above it.
fn sift_down(heap: P<List>, start: usize, mut pos: usize, order: Order) -> PyResult<()> {
    if pos >= heap.items.len() {
        return raise!(IndexError, "index out of range");
    }
    while pos > start {
        let parent = (pos - 1) >> 1;
        if !above(heap, pos, parent, order)? {
            break;
        }
        swap(heap, pos, parent);
        pos = parent;
    }
    Ok(())
}

/// Move the item at `pos` down to a leaf along the better children, then up to where it belongs.
fn sift_up(heap: P<List>, start: usize, order: Order) -> PyResult<()> {
    let n = heap.items.len();
    if start >= n {
        return raise!(IndexError, "index out of range");
    }
    let (mut pos, limit) = (start, n >> 1);
    while pos < limit {
        let mut child = 2 * pos + 1;
        if child + 1 < n && !above(heap, child, child + 1, order)? {
            child += 1;
        }
        swap(heap, pos, child);
        pos = child;
    }
    sift_down(heap, start, pos, order)
}

fn pop(heap: P<List>, order: Order) -> PyResult {
    let Some(last) = heap.items.pop() else { return raise!(IndexError, "index out of range") };
    if heap.items.is_empty() {
        return Ok(last);
    }
    let top = heap.items.replace(0, last);
    sift_up(heap, 0, order)?;
    Ok(top)
}

fn replace(heap: P<List>, new: Ref, order: Order) -> PyResult {
    if heap.items.is_empty() {
        return raise!(IndexError, "index out of range");
    }
    let top = heap.items.replace(0, new);
    sift_up(heap, 0, order)?;
    Ok(top)
}

fn push_pop(heap: P<List>, new: Ref, order: Order) -> PyResult {
    let Some(top) = heap.items.get(0).map(|v| v.own()) else { return Ok(new) };
    let goes_below = match order {
        CmpOp::Lt => compare_bool(top.value(), new.value(), CmpOp::Lt)?,
        _ => compare_bool(new.value(), top.value(), CmpOp::Lt)?,
    };
    if !goes_below {
        return Ok(new);
    }
    replace(heap, new, order)
}

fn make(heap: P<List>, order: Order) -> PyResult<()> {
    for i in (0..heap.items.len() >> 1).rev() {
        sift_up(heap, i, order)?;
    }
    Ok(())
}

/// Heap queue algorithm (a.k.a. priority queue).
///
/// Heaps are arrays for which a[k] <= a[2*k+1] and a[k] <= a[2*k+2] for
/// all k, counting elements from 0.  For the sake of comparison,
/// non-existing elements are considered to be infinite.  The interesting
/// property of a heap is that a[0] is always its smallest element.
#[taipan_runtime::pymodule(name = "_heapq")]
mod module {
    use super::*;

    /// Push item onto heap, maintaining the heap invariant.
    #[pyfunction("(heap, item, /)")]
    fn heappush(heap: P<List>, item: Ref) -> PyResult<()> {
        heap.items.try_push(item)?;
        sift_down(heap, 0, heap.items.len() - 1, MIN)
    }
    /// Pop the smallest item off the heap, maintaining the heap invariant.
    #[pyfunction("(heap, /)")]
    fn heappop(heap: P<List>) -> PyResult {
        pop(heap, MIN)
    }
    /// Pop and return the current smallest value, and add the new item.
    ///
    /// This is more efficient than heappop() followed by heappush(), and can be
    /// more appropriate when using a fixed-size heap.  Note that the value
    /// returned may be larger than item!  That constrains reasonable uses of
    /// this routine unless written as part of a conditional replacement:
    ///
    ///     if item > heap[0]:
    ///         item = heapreplace(heap, item)
    #[pyfunction("(heap, item, /)")]
    fn heapreplace(heap: P<List>, item: Ref) -> PyResult {
        replace(heap, item, MIN)
    }
    /// Push item on the heap, then pop and return the smallest item from the heap.
    ///
    /// The combined action runs more efficiently than heappush() followed by
    /// a separate call to heappop().
    #[pyfunction("(heap, item, /)")]
    fn heappushpop(heap: P<List>, item: Ref) -> PyResult {
        push_pop(heap, item, MIN)
    }
    /// Transform list into a heap, in-place, in O(len(heap)) time.
    #[pyfunction("(heap, /)")]
    fn heapify(heap: P<List>) -> PyResult<()> {
        make(heap, MIN)
    }
    /// Push item onto max heap, maintaining the heap invariant.
    #[pyfunction("(heap, item, /)")]
    fn heappush_max(heap: P<List>, item: Ref) -> PyResult<()> {
        heap.items.try_push(item)?;
        sift_down(heap, 0, heap.items.len() - 1, MAX)
    }
    /// Maxheap variant of heappop.
    #[pyfunction("(heap, /)")]
    fn heappop_max(heap: P<List>) -> PyResult {
        pop(heap, MAX)
    }
    /// Maxheap variant of heapreplace.
    #[pyfunction("(heap, item, /)")]
    fn heapreplace_max(heap: P<List>, item: Ref) -> PyResult {
        replace(heap, item, MAX)
    }
    /// Maxheap variant of heappushpop.
    ///
    /// The combined action runs more efficiently than heappush_max()
    /// followed by a separate call to heappop_max().
    #[pyfunction("(heap, item, /)")]
    fn heappushpop_max(heap: P<List>, item: Ref) -> PyResult {
        push_pop(heap, item, MAX)
    }
    /// Maxheap variant of heapify.
    #[pyfunction("(heap, /)")]
    fn heapify_max(heap: P<List>) -> PyResult<()> {
        make(heap, MAX)
    }
    #[pyattr]
    fn __about__() -> &'static str {
        "Heap queues\n\nHeaps are arrays for which a[k] <= a[2*k+1] and a[k] <= a[2*k+2] for\nall k, counting elements \
         from 0.  For the sake of comparison,\nnon-existing elements are considered to be infinite.  The \
         interesting\nproperty of a heap is that a[0] is always its smallest element.\n"
    }
}

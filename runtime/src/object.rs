//! Objects: the header, owned references ([`Ref`]), typed borrowed pointers ([`P`]), and death.
//!
//! # Invariants
//! - Every heap object starts with a [`Header`] and was allocated by the current interpreter's heap with the
//!   size that its [`Object`] implementation reports.
//! - `refcount` is the number of `Ref`s (and of owned words in frames, containers and machine code). At zero
//!   the object dies at once, on the spot. Immortal objects start at [`IMMORTAL`].
//! - A `P<T>` or `Value` is used only while something owns the object. Objects are touched only under the GIL,
//!   which is what makes the `Cell`s in them sound.

use crate::types::type_object::TypeObject;
use crate::value::Value;
use std::cell::Cell;
use std::fmt;
use std::mem::ManuallyDrop;
use std::ops::Deref;
use std::ptr::NonNull;

/// The reference count that immortal objects start with.
pub const IMMORTAL: u32 = 1 << 30;

/// The first 16 bytes of every object.
#[repr(C)]
pub struct Header {
    /// See the module's page.
    pub refcount: Cell<u32>,
    /// The [`Kind`] for exact instances of builtin types, else the shape; one compare tests a type.
    pub id: Cell<u32>,
    /// The class. Owned (counted) for heap classes, as in CPython.
    pub class: Cell<P<TypeObject>>,
}

impl Header {
    /// The header of a new object that one reference owns: an exact instance if `id` is a kind.
    pub fn new(class: P<TypeObject>) -> Header {
        if class.is_heap() {
            incref(class.value());
        }
        Header { refcount: Cell::new(1), id: Cell::new(class.instance_id.get()), class: Cell::new(class) }
    }
}

/// What the collector calls with the references that an object owns, some at a time.
pub type Visitor<'a> = &'a mut dyn FnMut(&[Value]);

/// A heap object's layout.
///
/// # Safety
/// The type is `repr(C)` and starts with a [`Header`]; `size` is what it was allocated with; `traverse`
/// reports every owned reference to a container exactly once.
pub unsafe trait Object: Sized + 'static {
    /// The layout's kind.
    const KIND: Kind;
    /// Can it be part of a reference cycle?
    const CONTAINER: bool;
    /// Bytes, with whatever follows the struct.
    fn size(&self) -> usize {
        size_of::<Self>()
    }
    /// Visit the references it owns (the class apart).
    fn traverse(&self, _visit: Visitor<'_>) {}
    /// Drop references so that cycles through this object break.
    fn clear(&self) {}
}

/// A borrowed pointer to a `T`; see the module's invariants.
#[repr(transparent)]
pub struct P<T>(NonNull<T>);

impl<T> Clone for P<T> {
    #[inline(always)]
    fn clone(&self) -> Self {
        *self
    }
}
impl<T> Copy for P<T> {}
impl<T> PartialEq for P<T> {
    fn eq(&self, other: &Self) -> bool {
        self.0 == other.0
    }
}
impl<T> Eq for P<T> {}
impl<T> fmt::Debug for P<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:p}", self.0)
    }
}

impl<T> Deref for P<T> {
    type Target = T;
    #[inline(always)]
    fn deref(&self) -> &T {
        // SAFETY: the module's invariant: something owns the object while the pointer is used.
        unsafe { self.0.as_ref() }
    }
}

impl<T> P<T> {
    /// The pointer as a value.
    #[inline(always)]
    pub fn value(self) -> Value {
        match Value::from_bits(self.0.as_ptr() as u64) {
            Some(v) => v,
            None => unreachable!("a pointer is not null"),
        }
    }
    /// The address.
    #[inline(always)]
    pub fn as_ptr(self) -> *mut T {
        self.0.as_ptr()
    }
    /// The object at this address.
    ///
    /// # Safety
    /// It is a live `T`.
    #[inline(always)]
    pub const unsafe fn from_ptr(p: *const T) -> P<T> {
        // SAFETY: a live object is not at address zero.
        P(unsafe { NonNull::new_unchecked(p.cast_mut()) })
    }
    /// A new owned reference.
    #[inline(always)]
    pub fn own(self) -> Ref {
        self.value().own()
    }
}

impl Value {
    /// The object's header, for a value that `is_pointer`.
    #[inline(always)]
    pub fn header(self) -> &'static Header {
        debug_assert!(self.is_pointer());
        // SAFETY: a pointer word is a live object's address (module invariant).
        unsafe { &*(self.bits() as *const Header) }
    }
    /// A new owned reference.
    #[inline(always)]
    pub fn own(self) -> Ref {
        incref(self);
        Ref(self)
    }
    /// The object, if it is exactly of the builtin type `T` (no subclass).
    #[inline(always)]
    pub fn exact<T: Object>(self) -> Option<P<T>> {
        if self.is_pointer() && self.header().id.get() == T::KIND as u32 {
            // SAFETY: the id names the layout.
            Some(unsafe { P::from_ptr(self.bits() as *const T) })
        } else {
            None
        }
    }
    /// The object, if its layout is `T` (an instance of the builtin type or of a subclass).
    #[inline(always)]
    pub fn downcast<T: Object>(self) -> Option<P<T>> {
        if self.is_pointer()
            && (self.header().id.get() == T::KIND as u32 || self.header().class.get().has_layout::<T>())
        {
            // SAFETY: the class names the layout.
            Some(unsafe { P::from_ptr(self.bits() as *const T) })
        } else {
            None
        }
    }
    /// The object as a `T`.
    ///
    /// # Safety
    /// Its layout is `T`.
    #[inline(always)]
    pub unsafe fn cast<T: Object>(self) -> P<T> {
        debug_assert!(self.downcast::<T>().is_some());
        // SAFETY: as the caller promises.
        unsafe { P::from_ptr(self.bits() as *const T) }
    }
}

/// Count one more reference.
#[inline(always)]
pub fn incref(v: Value) {
    if v.is_pointer() {
        let rc = &v.header().refcount;
        rc.set(rc.get().wrapping_add(1));
    }
}

/// Count one reference less; the last one frees the object, which may run `__del__`.
#[inline(always)]
pub fn decref(v: Value) {
    decref_after(v, || ());
}

/// As [`decref`], where `before` is done before the last reference goes.
#[inline(always)]
pub fn decref_after(v: Value, before: impl FnOnce()) {
    if v.is_pointer() {
        let rc = &v.header().refcount;
        let n = rc.get().wrapping_sub(1);
        rc.set(n);
        if n == 0 {
            before();
            dealloc(v);
        }
    }
}

/// An owned reference: `Clone` counts one more, `Drop` one less.
#[repr(transparent)]
pub struct Ref(Value);

impl Ref {
    /// The borrowed value.
    #[inline(always)]
    pub fn value(&self) -> Value {
        self.0
    }
    /// Give up ownership without counting down: the word now owns the reference.
    #[inline(always)]
    pub fn into_raw(self) -> Value {
        ManuallyDrop::new(self).0
    }
    /// Take over a reference that the word owns.
    #[inline(always)]
    pub fn from_raw(v: Value) -> Ref {
        Ref(v)
    }
}

impl Clone for Ref {
    #[inline(always)]
    fn clone(&self) -> Ref {
        self.0.own()
    }
}
impl Drop for Ref {
    #[inline(always)]
    fn drop(&mut self) {
        decref(self.0);
    }
}
impl Deref for Ref {
    type Target = Value;
    #[inline(always)]
    fn deref(&self) -> &Value {
        &self.0
    }
}
impl fmt::Debug for Ref {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Ref({:#x})", self.0.bits())
    }
}
impl fmt::Debug for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Value({:#x})", self.bits())
    }
}

/// An owned reference whose layout is known.
#[repr(transparent)]
pub struct Own<T: Object>(P<T>);

impl<T: Object> Own<T> {
    /// The borrowed pointer.
    #[inline(always)]
    pub fn p(&self) -> P<T> {
        self.0
    }
    /// The same reference, untyped.
    #[inline(always)]
    pub fn erase(self) -> Ref {
        Ref(ManuallyDrop::new(self).0.value())
    }
    /// Take over a reference that the pointer owns.
    #[inline(always)]
    pub fn from_raw(p: P<T>) -> Own<T> {
        Own(p)
    }
}
impl<T: Object> Clone for Own<T> {
    fn clone(&self) -> Self {
        incref(self.0.value());
        Own(self.0)
    }
}
impl<T: Object> Drop for Own<T> {
    #[inline(always)]
    fn drop(&mut self) {
        decref(self.0.value());
    }
}
impl<T: Object> Deref for Own<T> {
    type Target = T;
    #[inline(always)]
    fn deref(&self) -> &T {
        // SAFETY: this reference owns the object.
        unsafe { self.0.0.as_ref() }
    }
}
impl<T: Object> From<Own<T>> for Ref {
    #[inline(always)]
    fn from(o: Own<T>) -> Ref {
        o.erase()
    }
}
impl<T: Object> P<T> {
    /// A new owned reference that keeps the type.
    #[inline(always)]
    pub fn own_typed(self) -> Own<T> {
        incref(self.value());
        Own(self)
    }
}

/// Move a fixed-size object into the heap.
#[inline(always)]
pub fn alloc<T: Object>(object: T) -> Own<T> {
    const { assert!(align_of::<T>() <= crate::heap::GRANULE, "boxed, such a field can be in an object") };
    let p = crate::runtime::heap().alloc(size_of::<T>(), T::CONTAINER).cast::<T>();
    // SAFETY: fresh memory of the right size.
    unsafe {
        p.write(object);
        Own(P::from_ptr(p))
    }
}

/// An object by size and header, for machine code and its exits: the fields are not initialised.
///
/// # Safety
/// Size, flag and class fit each other, and the fields are written before anything looks at the object.
pub unsafe fn alloc_words(
    size: usize,
    container: bool,
    count: u32,
    id: u32,
    class: u64,
    counts: bool,
) -> Value {
    let p = crate::runtime::heap().alloc(size, container).cast::<Header>();
    // SAFETY: fresh memory; `class` is a live class.
    unsafe {
        let class = P::from_ptr(class as *const TypeObject);
        if counts {
            incref(class.value());
        }
        p.write(Header { refcount: Cell::new(count), id: Cell::new(id), class: Cell::new(class) });
        P::from_ptr(p).value()
    }
}

/// Memory for an object with `extra` bytes behind the struct; the caller writes both.
///
/// # Safety
/// The result is initialised, with a `size` of `size_of::<T>() + extra`, before anything looks at it.
#[inline(always)]
pub unsafe fn alloc_uninit<T: Object>(extra: usize) -> *mut T {
    crate::runtime::heap().alloc(size_of::<T>() + extra, T::CONTAINER).cast()
}

/// Move a fixed-size object of this class, `T`'s own or a subclass, into the heap, with what the class adds behind
/// the layout.
#[inline]
pub fn alloc_in<T: Object>(class: P<TypeObject>, object: T) -> Own<T> {
    if !class.is_heap() && class.trailing_bytes() == 0 {
        return alloc(object);
    }
    // SAFETY: the object is written here, the trailing words by `alloc_uninit_in`.
    unsafe {
        let p = alloc_uninit_in::<T>(class, 0);
        p.write(object);
        Own(P::from_ptr(p))
    }
}

/// [`alloc_uninit`] for an object of this class, with what the class adds behind the layout (made empty). `extra`
/// is a multiple of 8 for classes that add something.
///
/// # Safety
/// As for [`alloc_uninit`].
pub unsafe fn alloc_uninit_in<T: Object>(class: P<TypeObject>, extra: usize) -> *mut T {
    const { assert!(align_of::<T>() <= crate::heap::GRANULE, "boxed, such a field can be in an object") };
    let (size, trailing) = (size_of::<T>() + extra, class.trailing_bytes());
    let p = crate::runtime::heap().alloc(size + trailing, T::CONTAINER || class.is_heap());
    if trailing != 0 {
        // SAFETY: `trailing` bytes follow: dict, weak references, then slots.
        unsafe {
            let words = p.add(size).cast::<u64>();
            words.write(0);
            words.add(1).write(0);
            for i in 2..trailing / 8 {
                words.add(i).write(crate::value::UNBOUND.bits());
            }
        }
    }
    p.cast()
}

/// An owned, replaceable reference in an object; `None` is one zero word.
#[repr(transparent)]
#[derive(Default)]
pub struct OwnedCell(Cell<Option<Value>>);

impl OwnedCell {
    /// Holding `v`.
    pub fn new(v: Option<Ref>) -> OwnedCell {
        OwnedCell(Cell::new(v.map(Ref::into_raw)))
    }
    /// What it holds, borrowed.
    #[inline(always)]
    pub fn get(&self) -> Option<Value> {
        self.0.get()
    }
    /// What it holds, or `None` (the Python value).
    #[inline(always)]
    pub fn or_none(&self) -> Value {
        self.0.get().unwrap_or(crate::value::NONE)
    }
    /// Hold `v`; what was there is dropped afterwards.
    pub fn set(&self, v: Option<Ref>) {
        drop(self.0.replace(v.map(Ref::into_raw)).map(Ref::from_raw));
    }
    /// Hold nothing.
    pub fn take(&self) -> Option<Ref> {
        self.0.take().map(Ref::from_raw)
    }
}
impl Drop for OwnedCell {
    fn drop(&mut self) {
        drop(self.take());
    }
}

/// Fields that own references, for [`object_layout!`](crate::object_layout).
pub trait Trace {
    /// Visit the references it owns.
    fn trace(&self, visit: Visitor<'_>);
    /// Drop them, if it can be changed.
    fn untrace(&self) {}
}
impl Trace for Ref {
    fn trace(&self, visit: Visitor<'_>) {
        visit(&[self.value()]);
    }
}
impl<T: Object> Trace for Own<T> {
    fn trace(&self, visit: Visitor<'_>) {
        visit(&[self.p().value()]);
    }
}
impl<T: Trace> Trace for Option<T> {
    fn trace(&self, visit: Visitor<'_>) {
        if let Some(t) = self {
            t.trace(visit);
        }
    }
}
impl<T: Trace> Trace for Vec<T> {
    fn trace(&self, visit: Visitor<'_>) {
        self.iter().for_each(|t| t.trace(visit));
    }
}
impl<T: Trace + Default> Trace for std::cell::RefCell<T> {
    fn trace(&self, visit: Visitor<'_>) {
        if let Ok(t) = self.try_borrow() {
            t.trace(visit);
        }
    }
    fn untrace(&self) {
        drop(self.take());
    }
}
impl Trace for OwnedCell {
    fn trace(&self, visit: Visitor<'_>) {
        if let Some(v) = self.get() {
            visit(&[v]);
        }
    }
    fn untrace(&self) {
        drop(self.take());
    }
}
impl Trace for crate::value_vec::ValueVec {
    fn trace(&self, visit: Visitor<'_>) {
        self.traverse(visit);
    }
    fn untrace(&self) {
        drop(self.take());
    }
}

/// Declares the layout of a fixed-size `repr(C)` struct that starts with its `head: Header`:
///
/// `object_layout!(Type, Kind::K, leaf)` for objects that are in no cycle, or
/// `object_layout!(Type, Kind::K, container, [field, …])` with the fields that own references (each a [`Trace`]).
#[macro_export]
macro_rules! object_layout {
    ($t:ty, $kind:expr, leaf) => {
        #[allow(unsafe_code, reason = "the layout's declaration")]
        // SAFETY: `repr(C)`, starts with the header (checked here), fixed size, no references to containers.
        unsafe impl $crate::object::Object for $t {
            const KIND: $crate::object::Kind = { assert!(std::mem::offset_of!($t, head) == 0); $kind };
            const CONTAINER: bool = false;
        }
    };
    ($t:ty, $kind:expr, container, [$($field:ident),* $(,)?]) => {
        #[allow(unsafe_code, reason = "the layout's declaration")]
        // SAFETY: `repr(C)`, starts with the header (checked here), fixed size; the fields are what it owns.
        unsafe impl $crate::object::Object for $t {
            const KIND: $crate::object::Kind = { assert!(std::mem::offset_of!($t, head) == 0); $kind };
            const CONTAINER: bool = true;
            fn traverse(&self, visit: $crate::object::Visitor<'_>) {
                $($crate::object::Trace::trace(&self.$field, visit);)*
                let _ = visit;
            }
            fn clear(&self) {
                $($crate::object::Trace::untrace(&self.$field);)*
            }
        }
    };
}

/// The last reference is gone: finalize, clear weak references, drop what it owns, free.
///
/// Chains of objects are taken apart in a loop, not by native recursion, once they are deep (CPython's
/// "trashcan").
#[cold]
#[inline(never)]
pub fn dealloc(v: Value) {
    if v.header().id.get() == Kind::Str as u32 {
        // Owns nothing, and has neither finalizer nor weak references.
        // SAFETY: an exact str that nothing refers to.
        return unsafe { drop_object::<crate::types::str::Str>(v.bits() as *mut u8) };
    }
    if finalize(v) {
        return;
    }
    let thread = crate::thread::current();
    if thread.dealloc_depth.get() >= 64 {
        thread.dealloc_later.borrow_mut().push(v);
        return;
    }
    let depth = thread.dealloc_depth.get();
    thread.dealloc_depth.set(depth + 1);
    destroy(v);
    thread.dealloc_depth.set(depth);
    if depth == 0 && !thread.dealloc_later.borrow().is_empty() {
        destroy_later(thread);
    }
}

/// Destroy what lay too deep.
#[cold]
fn destroy_later(thread: &crate::thread::Thread) {
    loop {
        let next = thread.dealloc_later.borrow_mut().pop();
        let Some(v) = next else { break };
        thread.dealloc_depth.set(1);
        destroy(v);
        thread.dealloc_depth.set(0);
    }
}

/// Has the object a `__del__` that is of use, or weak references?
#[inline]
fn has_finalizer(v: Value, class: P<TypeObject>) -> bool {
    use crate::types::type_object::flags;
    let finalizer = class.has(flags::FINALIZER);
    (finalizer && (!crate::types::generator::is_done(v) || crate::runtime::runtime().gc.is_finalized(v)))
        || crate::protocol::place::weakref_cell(v, class).is_some_and(|cell| cell.get().is_some())
}

/// Run the finalizer; is the object alive again? That is never put off, so that a finalizer that makes another
/// object like its own ends with a RecursionError, and what waits to be destroyed is out of everybody's sight.
fn finalize(v: Value) -> bool {
    let class = v.header().class.get();
    if !(class.needs_finalizer() && has_finalizer(v, class)) {
        return false;
    }
    // What the finalizer lets go of is destroyed at once, however deep the object itself lay.
    let thread = crate::thread::current();
    let depth = thread.dealloc_depth.replace(0);
    // Resurrection: the finalizer sees a live object, and may store it somewhere.
    v.header().refcount.set(1);
    crate::protocol::finalize::run(v);
    thread.dealloc_depth.set(depth);
    let n = v.header().refcount.get() - 1;
    v.header().refcount.set(n);
    n != 0
}

/// Drop what is finalized.
#[inline]
fn destroy(v: Value) {
    let class = v.header().class.get();
    // SAFETY: the class's `drop_object` is the one of the object's layout, and nothing refers to it any more.
    unsafe { (class.drop_object.get())(v.bits() as *mut u8) };
    if class.is_heap() {
        decref(class.value());
    }
}

/// Drop an object's fields and give its memory back: the `drop_object` of a class whose layout is `T`.
///
/// # Safety
/// `p` is a `T` that nothing refers to.
pub unsafe fn drop_object<T: Object>(p: *mut u8) {
    let t = p.cast::<T>();
    // SAFETY: as the caller promises; `trailing` is what the class adds behind the layout.
    unsafe {
        let class = (*p.cast::<Header>()).class.get();
        let size = (*t).size() + class.trailing_bytes();
        if class.has(crate::types::type_object::flags::TRAILING) {
            crate::protocol::finalize::drop_trailing(P::from_ptr(t).value(), class);
        }
        std::ptr::drop_in_place(t);
        crate::runtime::heap().free(p, size, T::CONTAINER || class.is_heap());
    }
}

/// The builtin layouts: one row a type, in dependency order (a base before what derives from it).
///
/// `Kind, field in Types, Python name, module, base field, flags`.
#[macro_export]
macro_rules! for_each_kind {
    ($m:ident) => {
        $m! {
            Object object "object" "builtins";
            Type type_ "type" "builtins";
            Int int "int" "builtins";
            Float float "float" "builtins";
            Complex complex "complex" "builtins";
            Bool bool_ "bool" "builtins";
            NoneType none_type "NoneType" "builtins";
            NotImplementedType not_implemented_type "NotImplementedType" "builtins";
            EllipsisType ellipsis_type "ellipsis" "builtins";
            Str str "str" "builtins";
            Bytes bytes "bytes" "builtins";
            ByteArray bytearray "bytearray" "builtins";
            MemoryView memoryview "memoryview" "builtins";
            List list "list" "builtins";
            Tuple tuple "tuple" "builtins";
            Dict dict "dict" "builtins";
            Set set "set" "builtins";
            FrozenSet frozenset "frozenset" "builtins";
            Range range "range" "builtins";
            Slice slice "slice" "builtins";
            Function function "function" "builtins";
            NativeFunction builtin_function "builtin_function_or_method" "builtins";
            MethodDescriptor method_descriptor "method_descriptor" "builtins";
            ClassMethodDescriptor classmethod_descriptor "classmethod_descriptor" "builtins";
            SlotWrapper wrapper_descriptor "wrapper_descriptor" "builtins";
            MethodWrapper method_wrapper "method-wrapper" "builtins";
            GetSet getset_descriptor "getset_descriptor" "builtins";
            Member member_descriptor "member_descriptor" "builtins";
            BoundMethod method "method" "builtins";
            ClassMethod classmethod "classmethod" "builtins";
            StaticMethod staticmethod "staticmethod" "builtins";
            Property property "property" "builtins";
            Super super_ "super" "builtins";
            Cell cell "cell" "builtins";
            Code code "code" "builtins";
            Frame frame "frame" "builtins";
            FrameLocalsProxy frame_locals_proxy "FrameLocalsProxy" "builtins";
            Traceback traceback "traceback" "builtins";
            Generator generator "generator" "builtins";
            Coroutine coroutine "coroutine" "builtins";
            AsyncGenerator async_generator "async_generator" "builtins";
            CoroutineWrapper coroutine_wrapper "coroutine_wrapper" "builtins";
            AsyncGenASend async_gen_asend "async_generator_asend" "builtins";
            AsyncGenAThrow async_gen_athrow "async_generator_athrow" "builtins";
            AsyncGenWrapped async_gen_wrapped "async_generator_wrapped_value" "builtins";
            AnextAwaitable anext_awaitable "anext_awaitable" "builtins";
            Module module "module" "builtins";
            BaseException base_exception "BaseException" "builtins";
            WeakRef weakref "ReferenceType" "weakref";
            WeakProxy weakproxy "ProxyType" "weakref";
            WeakCallableProxy weakcallableproxy "CallableProxyType" "weakref";
            Namespace namespace "SimpleNamespace" "types";
            MappingProxy mappingproxy "mappingproxy" "builtins";
            GenericAlias generic_alias "GenericAlias" "types";
            Union union_ "Union" "typing";
            TypeVar typevar "TypeVar" "typing";
            ParamSpec paramspec "ParamSpec" "typing";
            ParamSpecArgs paramspecargs "ParamSpecArgs" "typing";
            ParamSpecKwargs paramspeckwargs "ParamSpecKwargs" "typing";
            TypeVarTuple typevartuple "TypeVarTuple" "typing";
            TypeAliasType typealiastype "TypeAliasType" "typing";
            Generic generic "Generic" "typing";
            NoDefaultType nodefault_type "NoDefaultType" "typing";
            Template template "Template" "string.templatelib";
            Interpolation interpolation "Interpolation" "string.templatelib";
            TemplateIter template_iter "TemplateIter" "string.templatelib";
            ListIter list_iterator "list_iterator" "builtins";
            ListRevIter list_reverseiterator "list_reverseiterator" "builtins";
            TupleIter tuple_iterator "tuple_iterator" "builtins";
            RangeIter range_iterator "range_iterator" "builtins";
            LongRangeIter longrange_iterator "longrange_iterator" "builtins";
            StrIter str_iterator "str_ascii_iterator" "builtins";
            BytesIter bytes_iterator "bytes_iterator" "builtins";
            ByteArrayIter bytearray_iterator "bytearray_iterator" "builtins";
            MemoryIter memory_iterator "memory_iterator" "builtins";
            DictKeyIter dict_keyiterator "dict_keyiterator" "builtins";
            DictValueIter dict_valueiterator "dict_valueiterator" "builtins";
            DictItemIter dict_itemiterator "dict_itemiterator" "builtins";
            DictRevKeyIter dict_reversekeyiterator "dict_reversekeyiterator" "builtins";
            DictRevValueIter dict_reversevalueiterator "dict_reversevalueiterator" "builtins";
            DictRevItemIter dict_reverseitemiterator "dict_reverseitemiterator" "builtins";
            DictKeys dict_keys "dict_keys" "builtins";
            DictValues dict_values "dict_values" "builtins";
            DictItems dict_items "dict_items" "builtins";
            SetIter set_iterator "set_iterator" "builtins";
            SeqIter seq_iterator "iterator" "builtins";
            CallIter callable_iterator "callable_iterator" "builtins";
            Reversed reversed "reversed" "builtins";
            Enumerate enumerate "enumerate" "builtins";
            Zip zip "zip" "builtins";
            Map map "map" "builtins";
            Filter filter "filter" "builtins";
            BuiltinModule builtin_module_data "module_data" "builtins";
        }
    };
}

macro_rules! define_kind {
    ($($kind:ident $field:ident $name:literal $module:literal;)*) => {
        /// The layout of an object, and the `id` of exact instances of the builtin types.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        #[repr(u32)]
        pub enum Kind {
            /// No object has this kind.
            Free = 0,
            $(#[doc = concat!("`", $name, "`")] $kind,)*
            /// An instance of a Python class (or of a native class outside this table).
            Instance,
            /// A layout defined by a native module, told apart by class.
            Native,
            /// `array.array`, a native module's that the semantics know.
            Array,
        }
        impl Kind {
            /// Every builtin kind with its Python name and module.
            pub const ALL: &[(Kind, &str, &str)] = &[$((Kind::$kind, $name, $module)),*];
        }
    };
}
for_each_kind!(define_kind);

/// Shape ids start here; smaller ids are kinds.
pub const FIRST_SHAPE: u32 = 1024;

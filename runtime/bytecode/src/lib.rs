//! Code objects, the opcode table, marshal and disassembly: pure data, without a heap.
//!
//! [`opcode`] holds *the* opcode table; its comments are the specification that the semantics are written from.
//! [`code`] is the code object, [`verify`] checks that its stack depths agree, [`marshal`] reads and writes it,
//! [`dis`] prints it.

pub mod code;
pub mod dis;
pub mod marshal;
pub mod opcode;
pub mod syntax;
pub mod tables;
pub mod verify;

pub use code::{BigInt, Code, CodeFlags, Const, Instruction, LocalKind, SliceConst, Wtf8Str};
pub use opcode::{Intrinsic1, Intrinsic2, Opcode, OperandKind, SpecialMethod};
pub use tables::{ExceptionEntry, Position, PositionRange};

//! The meaning of pure scalar operations, on raw bits. The optimizer folds constants with it too.

use taipan_runtime::value::FALSE;

use crate::ir::Op;

/// The result's bits; none for operations that need more than their operands' bits (boxing of doubles) or are not
/// scalar, and for division by zero.
pub fn scalar(op: Op, a: &[u64]) -> Option<u64> {
    let x = *a.first()?;
    let y = a.get(1).copied().unwrap_or_default();
    let (i, j) = (x as i64, y as i64);
    let (f, g) = (f64::from_bits(x), f64::from_bits(y));
    let (int, flt, bool) = (|v: i64| Some(v as u64), |v: f64| Some(v.to_bits()), |v: bool| Some(v as u64));
    match op {
        Op::Add => int(i.wrapping_add(j)),
        Op::Sub => int(i.wrapping_sub(j)),
        Op::Mul => int(i.wrapping_mul(j)),
        Op::And | Op::BAnd => Some(x & y),
        Op::Or | Op::BOr => Some(x | y),
        Op::Xor => Some(x ^ y),
        Op::Shl => Some(x << (y & 63)),
        Op::Sar => int(i >> (y & 63)),
        Op::Shr => Some(x >> (y & 63)),
        Op::Neg => int(i.wrapping_neg()),
        Op::UMulHigh => Some(((u128::from(x) * u128::from(y)) >> 64) as u64),
        Op::UDiv => x.checked_div(y),
        Op::URem => x.checked_rem(y),
        Op::Not => Some(!x),
        Op::FloorDiv => i.checked_div(j).map(|q| (q - floor_off(i, j)) as u64),
        Op::FloorMod => i.checked_rem(j).map(|r| (r + j * floor_off(i, j)) as u64),
        Op::Eq => bool(x == y),
        Op::Ne => bool(x != y),
        Op::Lt => bool(i < j),
        Op::Le => bool(i <= j),
        Op::Gt => bool(i > j),
        Op::Ge => bool(i >= j),
        Op::Ult => bool(x < y),
        Op::Ule => bool(x <= y),
        Op::Ugt => bool(x > y),
        Op::Uge => bool(x >= y),
        Op::FAdd => flt(f + g),
        Op::FSub => flt(f - g),
        Op::FMul => flt(f * g),
        Op::FDiv => flt(f / g),
        Op::FNeg => flt(-f),
        Op::FAbs => flt(f.abs()),
        Op::FSqrt => flt(f.sqrt()),
        Op::FFloor => flt(f.floor()),
        Op::FCeil => flt(f.ceil()),
        Op::FTrunc => flt(f.trunc()),
        Op::FEq => bool(f == g),
        Op::FNe => bool(f != g),
        Op::FLt => bool(f < g),
        Op::FLe => bool(f <= g),
        Op::FGt => bool(f > g),
        Op::FGe => bool(f >= g),
        Op::I2F => flt(i as f64),
        Op::F2I => int(f as i64),
        Op::AsU64
        | Op::RawU64
        | Op::FloatBits
        | Op::BitsFloat
        | Op::AsPtr
        | Op::AsVal
        | Op::AsInt
        | Op::BoolInt => Some(x),
        Op::IntBool => Some(x & 0xff),
        Op::BNot => Some(x ^ 1),
        Op::Select => Some(if x != 0 { y } else { *a.get(2)? }),
        Op::BoxInt => Some(x << 1 | 1),
        Op::BoxBool => Some(FALSE.bits() + 8 * x),
        Op::UnboxInt => int(i >> 1),
        Op::UnboxBool => Some(x >> 3 & 1),
        _ => None,
    }
}

/// 1 where truncation rounded up.
fn floor_off(i: i64, j: i64) -> i64 {
    (i % j != 0 && (i < 0) != (j < 0)) as i64
}

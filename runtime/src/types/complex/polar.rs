//! Arithmetic on pairs of doubles, after C's Annex G where CPython follows it.

/// A complex number.
#[derive(Clone, Copy, Debug, PartialEq)]
#[repr(C)]
pub struct C64 {
    /// Real part.
    pub re: f64,
    /// Imaginary part.
    pub im: f64,
}

/// Why an operation has no result.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Domain {
    /// Division by zero.
    Zero,
    /// The result is out of range.
    Overflow,
}

impl C64 {
    /// The product; infinities are recovered where the naive formula gives NaNs (Annex G).
    pub fn times(self, o: C64) -> C64 {
        let (mut a, mut b, mut c, mut d) = (self.re, self.im, o.re, o.im);
        let r = C64 { re: a * c - b * d, im: a * d + b * c };
        if !(r.re.is_nan() && r.im.is_nan()) {
            return r;
        }
        let boxed = |x: f64| (if x.is_infinite() { 1.0f64 } else { 0.0 }).copysign(x);
        let unnan = |x: f64| if x.is_nan() { 0.0f64.copysign(x) } else { x };
        let mut recalc = false;
        if a.is_infinite() || b.is_infinite() {
            (a, b) = (boxed(a), boxed(b));
            (c, d) = (unnan(c), unnan(d));
            recalc = true;
        }
        if c.is_infinite() || d.is_infinite() {
            (c, d) = (boxed(c), boxed(d));
            (a, b) = (unnan(a), unnan(b));
            recalc = true;
        }
        let overflowed = [self.re * o.re, self.im * o.im, self.re * o.im, self.im * o.re];
        if !recalc && overflowed.iter().any(|x| x.is_infinite()) {
            (a, b, c, d) = (unnan(a), unnan(b), unnan(c), unnan(d));
            recalc = true;
        }
        if !recalc {
            return r;
        }
        C64 { re: f64::INFINITY * (a * c - b * d), im: f64::INFINITY * (a * d + b * c) }
    }

    /// The quotient (Smith's method, infinities recovered as in Annex G).
    pub fn over(self, o: C64) -> Result<C64, Domain> {
        if o.re == 0.0 && o.im == 0.0 {
            return Err(Domain::Zero);
        }
        let r = if o.re.abs() >= o.im.abs() {
            let ratio = o.im / o.re;
            let d = o.re + o.im * ratio;
            C64 { re: (self.re + self.im * ratio) / d, im: (self.im - self.re * ratio) / d }
        } else if o.im.abs() >= o.re.abs() {
            let ratio = o.re / o.im;
            let d = o.re * ratio + o.im;
            C64 { re: (self.re * ratio + self.im) / d, im: (self.im * ratio - self.re) / d }
        } else {
            C64 { re: f64::NAN, im: f64::NAN }
        };
        if !(r.re.is_nan() && r.im.is_nan()) {
            return Ok(r);
        }
        let boxed = |x: f64| (if x.is_infinite() { 1.0f64 } else { 0.0 }).copysign(x);
        if (self.re.is_infinite() || self.im.is_infinite()) && o.re.is_finite() && o.im.is_finite() {
            let (x, y) = (boxed(self.re), boxed(self.im));
            return Ok(C64 {
                re: f64::INFINITY * (x * o.re + y * o.im),
                im: f64::INFINITY * (y * o.re - x * o.im),
            });
        }
        if (o.re.is_infinite() || o.im.is_infinite()) && self.re.is_finite() && self.im.is_finite() {
            let (x, y) = (boxed(o.re), boxed(o.im));
            return Ok(C64 { re: 0.0 * (self.re * x + self.im * y), im: 0.0 * (self.im * x - self.re * y) });
        }
        Ok(r)
    }

    /// The power.
    pub fn power(self, o: C64) -> Result<C64, Domain> {
        if o.re == 0.0 && o.im == 0.0 {
            return Ok(C64 { re: 1.0, im: 0.0 });
        }
        if self.re == 0.0 && self.im == 0.0 {
            return if o.im != 0.0 || o.re < 0.0 { Err(Domain::Zero) } else { Ok(C64 { re: 0.0, im: 0.0 }) };
        }
        let r = if o.im == 0.0 && o.re == o.re.floor() && o.re.abs() <= 100.0 {
            self.integer_power(o.re as i32)?
        } else {
            let modulus = self.re.hypot(self.im);
            let mut len = modulus.powf(o.re);
            let angle = self.im.atan2(self.re);
            let mut phase = angle * o.re;
            if o.im != 0.0 {
                len *= (-angle * o.im).exp();
                phase += o.im * modulus.ln();
            }
            C64 { re: len * phase.cos(), im: len * phase.sin() }
        };
        if r.re.is_infinite() || r.im.is_infinite() {
            let operands_finite = [self.re, self.im, o.re, o.im].iter().all(|x| x.is_finite());
            if operands_finite {
                return Err(Domain::Overflow);
            }
        }
        Ok(r)
    }

    fn integer_power(self, n: i32) -> Result<C64, Domain> {
        let mut r = C64 { re: 1.0, im: 0.0 };
        let mut p = self;
        let mut bits = n.unsigned_abs();
        while bits != 0 {
            if bits & 1 != 0 {
                r = r.times(p);
            }
            bits >>= 1;
            if bits != 0 {
                p = p.times(p);
            }
        }
        if n < 0 { (C64 { re: 1.0, im: 0.0 }).over(r) } else { Ok(r) }
    }

    /// The modulus.
    pub fn magnitude(self) -> Result<f64, Domain> {
        let r = self.re.hypot(self.im);
        if r.is_infinite() && self.re.is_finite() && self.im.is_finite() {
            Err(Domain::Overflow)
        } else {
            Ok(r)
        }
    }
}

//! The Mersenne Twister MT19937 of M. Matsumoto and T. Nishimura, with their `init_by_array` seeding.

/// Words of state.
pub const N: usize = 624;
const M: usize = 397;

/// The generator.
pub struct Mt {
    /// The state.
    pub words: [u32; N],
    /// The next word to be used; `N` when a new batch is due.
    pub index: usize,
}

impl Default for Mt {
    fn default() -> Mt {
        let mut mt = Mt { words: [0; N], index: N };
        mt.seed_word(5489);
        mt
    }
}

impl Mt {
    fn seed_word(&mut self, seed: u32) {
        self.words[0] = seed;
        for i in 1..N {
            let last = self.words[i - 1];
            self.words[i] = (last ^ (last >> 30)).wrapping_mul(1_812_433_253).wrapping_add(i as u32);
        }
        self.index = N;
    }
    /// Seed with any number of words.
    pub fn seed(&mut self, key: &[u32]) {
        self.seed_word(19_650_218);
        let (mut i, mut j) = (1, 0);
        let mixed = |w: &[u32; N], i: usize| w[i - 1] ^ (w[i - 1] >> 30);
        for _ in 0..N.max(key.len()) {
            let m = mixed(&self.words, i).wrapping_mul(1_664_525);
            self.words[i] = (self.words[i] ^ m).wrapping_add(key[j]).wrapping_add(j as u32);
            i += 1;
            j += 1;
            if i >= N {
                self.words[0] = self.words[N - 1];
                i = 1;
            }
            if j >= key.len() {
                j = 0;
            }
        }
        for _ in 0..N - 1 {
            let m = mixed(&self.words, i).wrapping_mul(1_566_083_941);
            self.words[i] = (self.words[i] ^ m).wrapping_sub(i as u32);
            i += 1;
            if i >= N {
                self.words[0] = self.words[N - 1];
                i = 1;
            }
        }
        self.words[0] = 0x8000_0000;
        self.index = N;
    }
    #[cold]
    fn refill(&mut self) {
        let w = &mut self.words;
        for i in 0..N {
            let y = (w[i] & 0x8000_0000) | (w[(i + 1) % N] & 0x7fff_ffff);
            w[i] = w[(i + M) % N] ^ (y >> 1) ^ if y & 1 != 0 { 0x9908_b0df } else { 0 };
        }
        self.index = 0;
    }
    /// 32 random bits.
    #[inline]
    pub fn next_u32(&mut self) -> u32 {
        if self.index >= N {
            self.refill();
        }
        let mut y = self.words[self.index];
        self.index += 1;
        y ^= y >> 11;
        y ^= (y << 7) & 0x9d2c_5680;
        y ^= (y << 15) & 0xefc6_0000;
        y ^ (y >> 18)
    }
    /// A double in `[0, 1)` with 53 random bits.
    #[inline]
    pub fn next_f64(&mut self) -> f64 {
        let (a, b) = (self.next_u32() >> 5, self.next_u32() >> 6);
        (f64::from(a) * 67_108_864.0 + f64::from(b)) * (1.0 / 9_007_199_254_740_992.0)
    }
}

#[cfg(test)]
mod tests {
    use super::Mt;

    /// `random.seed(42)` in CPython.
    #[test]
    fn as_cpython() {
        let mut mt = Mt::default();
        mt.seed(&[42]);
        assert_eq!(mt.next_f64(), 0.639_426_798_457_883_8);
        assert_eq!(mt.next_f64(), 0.025_010_755_222_666_936);
    }
}

//! Pseudo-random choices that are the same in every run.

/// Pseudo-random numbers by xorshift64, the same for the same seed.
pub struct Random(u64);

impl Random {
    pub fn new(seed: &str) -> Random {
        let start = 0x9e37_79b9_7f4a_7c15;
        Random(seed.bytes().fold(start, |state, byte| {
            (state ^ u64::from(byte)).wrapping_mul(0x100_0000_01b3)
        }))
    }

    /// A number from 0 on, below `end`.
    pub fn below(&mut self, end: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 % end as u64) as usize
    }
}

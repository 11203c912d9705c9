//! The codes that `re._compiler` emits, in the order of `re/_constants.py`.

macro_rules! codes {
    ($(#[$doc:meta])* $module:ident: $($name:ident)*) => {
        $(#[$doc])*
        #[allow(dead_code, reason = "the whole vocabulary, for reference")]
        pub mod $module {
            codes!(@number 0; $($name)*);
        }
    };
    (@number $n:expr; $name:ident $($rest:ident)*) => {
        #[doc = concat!("`", stringify!($name), "`")]
        pub const $name: u32 = $n;
        codes!(@number $n + 1; $($rest)*);
    };
    (@number $n:expr;) => {};
}

codes! {
    /// Operators.
    op:
    FAILURE SUCCESS ANY ANY_ALL ASSERT ASSERT_NOT AT BRANCH CATEGORY CHARSET BIGCHARSET GROUPREF GROUPREF_EXISTS IN
    INFO JUMP LITERAL MARK MAX_UNTIL MIN_UNTIL NOT_LITERAL NEGATE RANGE REPEAT REPEAT_ONE SUBPATTERN MIN_REPEAT_ONE
    ATOMIC_GROUP POSSESSIVE_REPEAT POSSESSIVE_REPEAT_ONE GROUPREF_IGNORE IN_IGNORE LITERAL_IGNORE NOT_LITERAL_IGNORE
    GROUPREF_LOC_IGNORE IN_LOC_IGNORE LITERAL_LOC_IGNORE NOT_LITERAL_LOC_IGNORE GROUPREF_UNI_IGNORE IN_UNI_IGNORE
    LITERAL_UNI_IGNORE NOT_LITERAL_UNI_IGNORE RANGE_UNI_IGNORE
}

codes! {
    /// Positions.
    at:
    BEGINNING BEGINNING_LINE BEGINNING_STRING BOUNDARY NON_BOUNDARY END END_LINE END_STRING LOC_BOUNDARY
    LOC_NON_BOUNDARY UNI_BOUNDARY UNI_NON_BOUNDARY
}

codes! {
    /// Categories; each negation follows what it negates.
    category:
    DIGIT NOT_DIGIT SPACE NOT_SPACE WORD NOT_WORD LINEBREAK NOT_LINEBREAK LOC_WORD LOC_NOT_WORD UNI_DIGIT
    UNI_NOT_DIGIT UNI_SPACE UNI_NOT_SPACE UNI_WORD UNI_NOT_WORD UNI_LINEBREAK UNI_NOT_LINEBREAK
}

/// Categories without characters from 256 on.
pub const ASCII_ONLY: [u32; 5] =
    [category::DIGIT, category::SPACE, category::WORD, category::LINEBREAK, category::LOC_WORD];

/// The version of the codes.
pub const MAGIC: u32 = 20_230_612;
/// "No upper limit" in repeats.
pub const MAXREPEAT: u32 = u32::MAX;
/// Groups a pattern can have.
pub const MAXGROUPS: u32 = 1 << 30;

/// Bits of the INFO block.
pub mod info {
    /// A literal prefix is known.
    pub const PREFIX: u32 = 1;
}

/// Flags of `re.compile`.
pub mod flag {
    /// `re.IGNORECASE`
    pub const IGNORECASE: u32 = 2;
    /// `re.LOCALE`
    pub const LOCALE: u32 = 4;
    /// `re.MULTILINE`
    pub const MULTILINE: u32 = 8;
    /// `re.DOTALL`
    pub const DOTALL: u32 = 16;
    /// `re.UNICODE`
    pub const UNICODE: u32 = 32;
    /// `re.VERBOSE`
    pub const VERBOSE: u32 = 64;
    /// `re.DEBUG`
    pub const DEBUG: u32 = 128;
    /// `re.ASCII`
    pub const ASCII: u32 = 256;
}

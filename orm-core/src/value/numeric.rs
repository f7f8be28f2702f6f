//! An exact decimal number, independent of the crate that a user does arithmetic with.

use std::fmt;

/// `mantissa × 10^-scale`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Numeric {
    /// The digits, with sign.
    pub mantissa: i128,
    /// How many of the digits stand after the point.
    pub scale: u32,
}

impl Numeric {
    /// How many digits the number has before the point.
    pub fn integer_digits(self) -> u32 {
        let digits = self
            .mantissa
            .unsigned_abs()
            .checked_ilog10()
            .map_or(0, |n| n + 1);
        digits.saturating_sub(self.scale)
    }

    /// The same number with `scale` digits after the point, or `None` if digits would be lost.
    pub fn rescale(self, scale: u32) -> Option<Self> {
        let mantissa = if scale >= self.scale {
            self.mantissa
                .checked_mul(10_i128.checked_pow(scale - self.scale)?)?
        } else {
            let divisor = 10_i128.checked_pow(self.scale - scale)?;
            if self.mantissa % divisor != 0 {
                return None;
            }
            self.mantissa / divisor
        };
        Some(Self { mantissa, scale })
    }

    /// Reads `-12.50` or `1e3`; `None` if it is no number or has too many digits. Zeros at the end of the fraction do not count.
    pub fn parse(text: &str) -> Option<Self> {
        Self::parse_all(text).or_else(|| {
            // A column with many digits behind the point gives them all.
            let short = text.contains('.').then(|| text.trim_end_matches('0'))?;
            Self::parse_all(short)
        })
    }

    fn parse_all(text: &str) -> Option<Self> {
        let (digits, exponent) = match text.split_once(['e', 'E']) {
            Some((digits, exponent)) => (digits, exponent.parse::<i32>().ok()?),
            None => (text, 0),
        };
        let (negative, digits) = match digits.as_bytes().first()? {
            b'-' => (true, &digits[1..]),
            b'+' => (false, &digits[1..]),
            _ => (false, digits),
        };
        let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
        if whole.is_empty() && fraction.is_empty() {
            return None;
        }
        let mut mantissa: i128 = 0;
        for byte in whole.bytes().chain(fraction.bytes()) {
            let digit = byte
                .is_ascii_digit()
                .then_some(i128::from(byte.wrapping_sub(b'0')))?;
            mantissa = mantissa.checked_mul(10)?.checked_add(digit)?;
        }
        let scale = i32::try_from(fraction.len()).ok()?.checked_sub(exponent)?;
        let mantissa = if negative { -mantissa } else { mantissa };
        match u32::try_from(scale) {
            Ok(scale) => Some(Self { mantissa, scale }),
            Err(_) => {
                let factor = 10_i128.checked_pow(scale.unsigned_abs())?;
                Some(Self {
                    mantissa: mantissa.checked_mul(factor)?,
                    scale: 0,
                })
            }
        }
    }
}

impl fmt::Display for Numeric {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sign = if self.mantissa < 0 { "-" } else { "" };
        let digits = self.mantissa.unsigned_abs();
        if self.scale == 0 {
            return write!(f, "{sign}{digits}");
        }
        let width = self.scale as usize + 1;
        let text = format!("{digits:0>width$}");
        let (whole, fraction) = text.split_at(text.len() - self.scale as usize);
        write!(f, "{sign}{whole}.{fraction}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_and_number_are_the_same_both_ways() {
        for text in [
            "0",
            "-1",
            "12.50",
            "0.001",
            "-0.05",
            "79228162514264337593543950335",
        ] {
            assert_eq!(Numeric::parse(text).unwrap().to_string(), text);
        }
        assert_eq!(
            Numeric::parse("1.5e3"),
            Some(Numeric {
                mantissa: 1500,
                scale: 0
            })
        );
        assert_eq!(
            Numeric::parse("15e-1"),
            Some(Numeric {
                mantissa: 15,
                scale: 1
            })
        );
        for bad in ["", "-", ".", "1.2.3", "NaN", "1e", "Infinity"] {
            assert_eq!(Numeric::parse(bad), None, "{bad}");
        }
    }

    #[test]
    fn rescaling_never_loses_a_digit() {
        let number = Numeric::parse("1.50").unwrap();
        assert_eq!(number.rescale(1).unwrap().to_string(), "1.5");
        assert_eq!(number.rescale(4).unwrap().to_string(), "1.5000");
        assert_eq!(number.rescale(0), None);
    }
}

use std::fmt::Write as _;

/// 64 hexadecimal digits to 32 bytes.
pub(super) fn decode(text: &str) -> Option<[u8; 32]> {
    let (pairs, rest) = text.as_bytes().as_chunks::<2>();
    let digit = |byte: u8| char::from(byte).to_digit(16);
    let bytes = pairs.iter().map_while(|[high, low]| u8::try_from(digit(*high)? << 4 | digit(*low)?).ok());

    if rest.is_empty() && pairs.len() == 32 { bytes.collect::<Vec<_>>().try_into().ok() } else { None }
}

/// 32 bytes to 64 hexadecimal digits.
pub(super) fn encode(bytes: &[u8; 32]) -> String {
    bytes.iter().fold(String::with_capacity(64), |mut text, byte| {
        write!(text, "{byte:02x}").expect("a String takes all");
        text
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_survive_the_way_through_text() {
        let bytes = std::array::from_fn(|i| i as u8 * 8);

        assert_eq!(decode(&encode(&bytes)), Some(bytes));
    }

    #[test]
    fn what_is_not_64_digits_is_refused() {
        for text in
            [String::new(), "0".repeat(63), "0".repeat(65), "0".repeat(66), "g".repeat(64), "é".repeat(32)]
        {
            assert_eq!(decode(&text), None, "{text}");
        }
    }
}

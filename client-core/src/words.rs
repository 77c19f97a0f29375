//! The eight French words two people compare by voice or phone before an admission.
//!
//! Eighty-eight bits of the digest over space, organisation, voices and devices, eleven bits a
//! word, from the French list of BIP-39. Whoever stands between two people cannot show both
//! the same words without the same keys.

use bip39::Language;

/// How many words there are.
pub const WORDS: usize = 8;

/// Spells a digest as words.
#[must_use]
pub fn spell(digest: &[u8; 11]) -> Vec<String> {
    let list = Language::French.word_list();
    let mut bits: u128 = 0;
    for byte in digest {
        bits = bits << 8 | u128::from(*byte);
    }
    let word = |place: usize| {
        let index = bits >> (11 * (WORDS - 1 - place)) & 0x7ff;
        // The list is decomposed; screens and keyboards have the composed letters.
        let word = list[usize::try_from(index).unwrap_or(0)];
        word.replace("e\u{301}", "é").replace("e\u{300}", "è")
    };
    (0..WORDS).map(word).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_bit_of_the_digest_changes_the_words() {
        let base = spell(&[0; 11]);
        assert_eq!(base.len(), WORDS);
        for bit in 0..88 {
            let mut digest = [0u8; 11];
            digest[bit / 8] ^= 0x80 >> (bit % 8);
            let words = spell(&digest);
            assert_ne!(words, base);
            let changed = words.iter().zip(&base).filter(|(a, b)| a != b).count();
            assert_eq!(changed, 1, "one bit belongs to one word");
        }
    }
}

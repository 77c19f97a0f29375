// Random texts: markers, accents, stars, emoji, line ends.

import fc from "fast-check";

const piece = fc.constantFrom(
  "a", "é", "mot", " ", "  ", "\n", "*", "**", "***", "****", "# ", "## ", "### ", "> ", "- ", "• ",
  "– ", "— ", "* ", "1. ", "12) ", "2026. ", "👍🏽", "\u00a0", "\u202f", "\t", "e\u0301", "|", ".", "\r",
);
export const text = fc.oneof(
  fc.array(piece, { maxLength: 24 }).map((parts) => parts.join("")),
  fc.string({ unit: "grapheme", maxLength: 30 }),
  fc.string({ unit: "binary", maxLength: 30 }),
);

// Every word the editor says, in French and in English: one catalogue. Words of machinery never
// stand here; a test reads the list.

const fr = {
  toolbar: "Mise en forme",
  help: "Alt+F10 : barre d’outils. Échap puis Tab : quitter le texte.",
  heading: "Titre", subheading: "Sous-titre", paragraph: "Paragraphe", bullets: "Liste",
  numbers: "Liste numérotée", quote: "Citation", strong: "Gras", em: "Italique",
  undo: "Annuler", redo: "Rétablir", done: "Terminer",
  opening: "Ouverture…",
  saved: "Enregistré sur cet ordinateur",
  saving: "Enregistrement…",
  allSaved: "Tout est déjà enregistré",
  slow: "Enregistrement… Liaison met du temps à répondre. Ce que vous écrivez est conservé.",
  stopped: "Liaison est arrêté sur cet ordinateur. Votre dernier paragraphe est conservé : "
    + "relancez « liaison serve », cette page reprendra.",
  refused: "Votre modification n’a pas été acceptée : {why} Votre texte est conservé ici.",
  copyMine: "Copier mon texte", takeShared: "Revenir au texte partagé", copied: "Texte copié",
  see: "Voir", hide: "Masquer le message",
  alsoHere: "Aussi ici : {names}",
  leaving: "Touche Tab : quitter le texte",
  pasted: "Texte collé.",
  images: "Images laissées de côté : {n}.",
  tables: "Tableaux mis en lignes : {n}.",
};

const en: Record<keyof typeof fr, string> = {
  toolbar: "Formatting",
  help: "Alt+F10: toolbar. Escape then Tab: leave the text.",
  heading: "Heading", subheading: "Subheading", paragraph: "Paragraph", bullets: "List",
  numbers: "Numbered list", quote: "Quotation", strong: "Bold", em: "Italic",
  undo: "Undo", redo: "Redo", done: "Done",
  opening: "Opening…",
  saved: "Saved on this computer",
  saving: "Saving…",
  allSaved: "Everything is saved already",
  slow: "Saving… Liaison is slow to answer. What you write is kept.",
  stopped: "Liaison has stopped on this computer. Your last paragraph is kept: "
    + "run “liaison serve” again and this page will go on.",
  refused: "Your change was not accepted: {why} Your text is kept here.",
  copyMine: "Copy my text", takeShared: "Go back to the shared text", copied: "Text copied",
  see: "Show", hide: "Hide the message",
  alsoHere: "Also here: {names}",
  leaving: "Tab: leave the text",
  pasted: "Text pasted.",
  images: "Images left out: {n}.",
  tables: "Tables turned into lines: {n}.",
};

/** A word of the catalogue. */
export type Word = keyof typeof fr;

/** Both languages, by their code. */
export const catalogue = { fr, en };

/** Returns the catalogue of a language; French for any that there is not. */
export function wordsOf(language: string | undefined): Record<Word, string> {
  return language?.toLowerCase().startsWith("en") ? en : fr;
}

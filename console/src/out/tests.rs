//! What the two streams carry, for a script and for a person.
#![allow(clippy::unwrap_used)]

use super::*;
use serde_json::{Value, json};
use std::sync::{Arc, Mutex};

/// A writer whose content the test reads afterwards.
#[derive(Clone, Default)]
pub(crate) struct Tape(Arc<Mutex<Vec<u8>>>);

impl Tape {
    pub(crate) fn text(&self) -> String {
        String::from_utf8(self.0.lock().unwrap().clone()).unwrap()
    }
}

impl Write for Tape {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

fn out(json: bool, lang: Lang) -> (Out, Tape, Tape) {
    let (stdout, stderr) = (Tape::default(), Tape::default());
    (Out::to(stdout.clone(), stderr.clone(), json, lang), stdout, stderr)
}

fn refusal() -> Failure {
    Failure::refused("space-not-found", Text::of("aucun espace de ce nom", "no space of that name"))
        .with_hint(Text::of("voir « space list »", "see “space list”"))
}

#[test]
fn a_script_gets_exactly_one_document() {
    let (mut out, stdout, stderr) = out(true, Lang::Fr);
    out.note(&Text::of("remarque", "note"));
    out.answer(&json!({"space": "ab"}), |page| page.line("not for scripts")).unwrap();
    let answer: Value = serde_json::from_str(&stdout.text()).unwrap();
    assert_eq!(answer, json!({"space": "ab"}));
    assert_eq!(stderr.text(), "remarque\n");
}

#[test]
#[should_panic(expected = "a command answers once")]
fn a_second_document_is_a_mistake_of_ours() {
    let (mut out, _stdout, _stderr) = out(true, Lang::Fr);
    out.answer(&1, |_| ()).unwrap();
    out.answer(&2, |_| ()).unwrap();
}

#[test]
fn a_script_gets_its_error_on_stdout() {
    let (mut out, stdout, stderr) = out(true, Lang::En);
    assert_eq!(out.fail(&refusal()), Exit::Refused);
    let answer: Value = serde_json::from_str(&stdout.text()).unwrap();
    assert_eq!(answer["error"]["code"], "space-not-found");
    assert_eq!(answer["error"]["message"], "no space of that name");
    assert_eq!(answer["error"]["hint"], "see “space list”");
    assert_eq!(stderr.text(), "");
}

#[test]
fn an_error_after_the_document_leaves_stdout_alone() {
    let (mut out, stdout, stderr) = out(true, Lang::Fr);
    out.answer(&json!({"valid": false}), |_| ()).unwrap();
    assert_eq!(out.fail(&refusal()), Exit::Refused);
    assert_eq!(stdout.text(), "{\"valid\":false}\n");
    assert!(stderr.text().starts_with("erreur : aucun espace"), "{}", stderr.text());
}

#[test]
fn a_stream_is_one_document_a_line_and_its_error_the_last() {
    let (mut out, stdout, _stderr) = out(true, Lang::Fr);
    out.line(&json!({"ready": true}), |_| ()).unwrap();
    out.line(&json!({"sent": 1}), |_| ()).unwrap();
    out.fail(&refusal());
    let text = stdout.text();
    let lines: Vec<Value> = text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(lines.len(), 3);
    assert_eq!(lines[2]["error"]["code"], "space-not-found");
}

#[test]
fn a_person_reads_errors_on_stderr_in_their_language() {
    let (mut out, stdout, stderr) = out(false, Lang::Fr);
    out.fail(&refusal());
    assert_eq!(stdout.text(), "");
    assert_eq!(stderr.text(), "erreur : aucun espace de ce nom\n  → voir « space list »\n");
}

#[test]
fn a_quoted_line_cannot_pass_for_a_sentence_of_the_program() {
    let (mut out, _stdout, stderr) = out(false, Lang::Fr);
    out.note(&Text::same("refusé : x\nerreur : faux\u{1b}[2J"));
    assert_eq!(stderr.text(), "refusé : x\n    erreur : faux\u{fffd}[2J\n");
}

#[test]
fn prose_is_folded_between_words_and_keeps_its_own_breaks() {
    let (mut out, stdout, _stderr) = out(false, Lang::Fr);
    let long = "Accueillir toute personne sans attendre. ".repeat(5);
    let text = format!("{long}\n\nCourt.\n{}", "x".repeat(90));
    out.answer(&1, |page| page.prose(&text)).unwrap();
    let shown = stdout.text();
    let lines: Vec<&str> = shown.lines().collect();
    assert!(lines.iter().all(|line| line.chars().count() <= 80 || !line.contains(' ')));
    assert_eq!(lines.len(), 3 + 3, "{shown}");
    assert_eq!(lines[3..5], ["", "Court."]);
    let joined = lines[..3].join(" ");
    assert_eq!(joined, long.trim_end(), "no word is lost");
    // A script gets what was written.
    let (mut out, stdout, _stderr) = self::out(true, Lang::Fr);
    out.answer(&text, |page| page.prose(&text)).unwrap();
    assert_eq!(serde_json::from_str::<Value>(&stdout.text()).unwrap(), json!(text));
}

#[test]
fn a_table_is_aligned_by_what_the_eye_sees() {
    let (mut out, stdout, _stderr) = out(false, Lang::Fr);
    let headers = [Text::of("partenaire", "partner"), Text::of("rôle", "role")];
    let rows = vec![
        vec!["Établissement public".to_owned(), "garant".to_owned()],
        vec!["CLSM 東".to_owned(), "membre".to_owned(), "cut off".to_owned()],
        vec!["seul".to_owned()],
    ];
    out.answer(&(), |page| page.table(&headers, &rows)).unwrap();
    let expected = "partenaire            rôle\n\
                    Établissement public  garant\n\
                    CLSM 東               membre\n\
                    seul\n";
    assert_eq!(stdout.text(), expected);
}

#[test]
fn labels_and_values_are_aligned_in_each_language() {
    let pairs = [
        (Text::of("espace", "space"), "Conseil local".to_owned()),
        (Text::of("rôle", "role"), "garant".to_owned()),
    ];
    let (mut french, stdout, _stderr) = out(false, Lang::Fr);
    french.answer(&(), |page| page.pairs(&pairs)).unwrap();
    assert_eq!(stdout.text(), "espace : Conseil local\nrôle :   garant\n");
    let (mut english, stdout, _stderr) = out(false, Lang::En);
    english.answer(&(), |page| page.pairs(&pairs)).unwrap();
    assert_eq!(stdout.text(), "space: Conseil local\nrole:  garant\n");
}

#[test]
fn a_title_cannot_repaint_the_screen() {
    let (mut out, stdout, _stderr) = out(false, Lang::Fr);
    let title = "\u{1b}[2J\u{7}Convention\u{202e}noitnevnoC\nsecond";
    out.answer(&(), |page| {
        page.line(title);
        page.table(&[Text::same("titre")], &[vec![title.to_owned()]]);
        page.title(&Text::same(title));
    })
    .unwrap();
    let text = stdout.text();
    assert!(!text.contains(['\u{1b}', '\u{7}', '\u{202e}']), "{text:?}");
    assert_eq!(text.lines().count(), 4);
}

#[test]
fn colours_surround_only_what_is_coloured() {
    let mut page = Page::new(Lang::Fr, true, None);
    page.good(&Text::same("oui"));
    page.line("rien");
    let text = page.into_text();
    assert!(text.starts_with("\u{1b}[32moui\u{1b}[0m\n"), "{text:?}");
    assert!(text.ends_with("\nrien\n"), "{text:?}");
}

#[test]
fn a_reader_that_has_gone_away_is_no_failure() {
    struct Closed;
    impl Write for Closed {
        fn write(&mut self, _bytes: &[u8]) -> io::Result<usize> {
            Err(io::ErrorKind::BrokenPipe.into())
        }
        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }
    let mut out = Out::to(Closed, io::sink(), false, Lang::Fr);
    out.answer(&(), |page| page.line("x")).unwrap();
}

#[test]
fn a_full_disk_under_stdout_is_reported() {
    struct Full;
    impl Write for Full {
        fn write(&mut self, _bytes: &[u8]) -> io::Result<usize> {
            Err(io::ErrorKind::StorageFull.into())
        }
        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }
    let mut out = Out::to(Full, io::sink(), false, Lang::Fr);
    let failure = out.answer(&(), |page| page.line("x")).unwrap_err();
    assert_eq!((failure.exit, failure.code), (Exit::Setup, "output-failed"));
}

fn fitted(columns: usize, draw: impl FnOnce(&mut Page)) -> String {
    let mut page = Page::new(Lang::Fr, false, Some(columns));
    draw(&mut page);
    page.into_text()
}

#[test]
fn sentences_break_between_words_and_long_words_stay_whole() {
    let text = fitted(20, |page| page.say(&Text::same("un deux trois quatre cinq six")));
    assert_eq!(text, "un deux trois quatre\ncinq six\n");
    let invitation = "liaison-invitation-abcdefghijklmnop";
    let text = fitted(20, |page| page.say(&Text::new(format!("voici {invitation} !"), "")));
    assert_eq!(text, format!("voici\n{invitation}\n!\n"));
    let exact = fitted(5, |page| page.say(&Text::same("été !")));
    assert_eq!(exact, "été !\n", "what fits is left alone");
}

#[test]
fn values_go_on_under_themselves() {
    let value = "premier deuxième troisième quatrième cinquième".to_owned();
    let text = fitted(44, |page| page.pairs(&[(Text::same("règle"), value)]));
    assert_eq!(text, "règle : premier deuxième troisième quatrième\n        cinquième\n");
}

#[test]
fn a_table_too_wide_is_cut_where_it_is_widest() {
    let row = vec!["9b5c700b".to_owned(), "Un titre bien trop long pour ces colonnes".to_owned()];
    let headers = [Text::same("espace"), Text::same("titre")];
    let text = fitted(30, |page| page.table(&headers, &[row]));
    let last = text.lines().last().unwrap();
    assert_eq!(last, "9b5c700b  Un titre bien trop …");
}

#[test]
fn a_long_label_does_not_push_the_values_of_others_aside() {
    let mut page = Page::new(Lang::Fr, false, Some(60));
    let long = "Nombre de personnes accompagnées par l'ensemble des partenaires signataires";
    let pairs = [
        (Text::same("date"), "01/03/2027".to_owned()),
        (Text::same(long), "une valeur".to_owned()),
        (Text::same("montant engagé"), "12 500,00 €".to_owned()),
        (Text::same("un libellé assez long pour ne pas tenir"), "—".to_owned()),
    ];
    page.pairs(&pairs);
    page.set_in(
        4,
        "un détail qui ne tient pas sur une seule ligne de soixante colonnes, loin de là",
    );
    let expected = "date :           01/03/2027\n\
        Nombre de personnes accompagnées par l'ensemble des\n  partenaires signataires :\n         \
        \x20       \
        une valeur\n\
        montant engagé : 12 500,00 €\n\
        un libellé assez long pour ne pas tenir : —\n    \
        un détail qui ne tient pas sur une seule ligne de\n      soixante colonnes, loin de là\n";
    assert_eq!(page.into_text(), expected);
}

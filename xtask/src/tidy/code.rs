//! Rust code as tidy's rules need it: words, paths, functions, types, attributes, with their lines.
//!
//! Read by a real parser, so that a word in a string or a comment is never taken for code. Words
//! inside macro calls are seen too: they are tokens like the others.

use proc_macro2::{TokenStream, TokenTree};
use std::collections::BTreeSet;
use syn::visit::{self, Visit};

/// What the rules ask of one file.
#[derive(Debug, Default)]
pub(crate) struct Code {
    /// Every run of words joined by `::`, with its line: `["std", "fs", "read"]`.
    pub(crate) paths: Vec<(usize, Vec<String>)>,
    /// Every word followed by `!`, with its line.
    pub(crate) macros: Vec<(usize, String)>,
    /// Every word preceded by a dot and followed by `(`, with its line.
    pub(crate) calls: Vec<(usize, String)>,
    /// Every function: its name, its first line without attributes, its last line.
    pub(crate) functions: Vec<(String, usize, usize)>,
    /// Every type and trait defined here.
    pub(crate) types: Vec<TypeName>,
    /// Every attribute as its words joined by spaces, with its line: `allow dead_code`.
    pub(crate) attributes: Vec<(usize, String)>,
    /// Every word of the file.
    pub(crate) words: BTreeSet<String>,
}

/// A struct, enum, union, trait or alias, where it is defined.
#[derive(Debug)]
pub(crate) struct TypeName {
    /// Its name.
    pub(crate) name: String,
    /// Its line.
    pub(crate) line: usize,
    /// Whether it is `pub`, and not an alias.
    pub(crate) public: bool,
}

impl Code {
    /// Reads the text of a Rust file.
    pub(crate) fn parse(text: &str) -> Result<Self, String> {
        let file = syn::parse_file(text)
            .map_err(|error| format!("line {}: {error}", error.span().start().line))?;
        let tokens: TokenStream = text.parse().map_err(|error| format!("{error}"))?;
        let mut code = Self::default();
        code.read_tokens(tokens);
        code.visit_file(&file);
        Ok(code)
    }

    fn read_tokens(&mut self, tokens: TokenStream) {
        let trees: Vec<TokenTree> = tokens.into_iter().collect();
        let mut path: Vec<String> = Vec::new();
        for (at, tree) in trees.iter().enumerate() {
            match tree {
                TokenTree::Group(group) => self.read_tokens(group.stream()),
                TokenTree::Ident(ident) => {
                    let (word, line) = (ident.to_string(), ident.span().start().line);
                    if !is_punct(&trees, at.wrapping_sub(1), ':') {
                        path.clear();
                    }
                    path.push(word.clone());
                    if !(is_punct(&trees, at + 1, ':') && is_punct(&trees, at + 2, ':')) {
                        self.paths.push((line, std::mem::take(&mut path)));
                    }
                    if is_punct(&trees, at + 1, '!') && !is_punct(&trees, at + 2, '=') {
                        self.macros.push((line, word.clone()));
                    }
                    if is_punct(&trees, at.wrapping_sub(1), '.') && is_call(&trees, at + 1) {
                        self.calls.push((line, word.clone()));
                    }
                    self.words.insert(word);
                }
                TokenTree::Punct(_) | TokenTree::Literal(_) => {}
            }
        }
    }

    fn read_type(&mut self, name: &syn::Ident, public: bool) {
        let line = name.span().start().line;
        self.types.push(TypeName { name: name.to_string(), line, public });
    }

    fn read_function(&mut self, signature: &syn::Signature, block: &syn::Block) {
        let first = signature.fn_token.span.start().line;
        let last = block.brace_token.span.close().end().line;
        self.functions.push((signature.ident.to_string(), first, last));
    }

    /// Adds the paths of a `use` with its braces multiplied out.
    fn read_use(&mut self, tree: &syn::UseTree, prefix: &mut Vec<String>, line: usize) {
        match tree {
            syn::UseTree::Path(path) => {
                prefix.push(path.ident.to_string());
                self.read_use(&path.tree, prefix, line);
                prefix.pop();
            }
            syn::UseTree::Group(group) => {
                for tree in &group.items {
                    self.read_use(tree, prefix, line);
                }
            }
            syn::UseTree::Name(name) => self.read_used(&name.ident, prefix, line),
            syn::UseTree::Rename(rename) => self.read_used(&rename.ident, prefix, line),
            syn::UseTree::Glob(_) => self.paths.push((line, prefix.clone())),
        }
    }

    fn read_used(&mut self, name: &syn::Ident, prefix: &[String], line: usize) {
        let mut path = prefix.to_vec();
        path.push(name.to_string());
        self.paths.push((line, path));
    }
}

impl<'ast> Visit<'ast> for Code {
    fn visit_item_fn(&mut self, item: &'ast syn::ItemFn) {
        self.read_function(&item.sig, &item.block);
        visit::visit_item_fn(self, item);
    }

    fn visit_impl_item_fn(&mut self, item: &'ast syn::ImplItemFn) {
        self.read_function(&item.sig, &item.block);
        visit::visit_impl_item_fn(self, item);
    }

    fn visit_trait_item_fn(&mut self, item: &'ast syn::TraitItemFn) {
        if let Some(block) = &item.default {
            self.read_function(&item.sig, block);
        }
        visit::visit_trait_item_fn(self, item);
    }

    fn visit_item_struct(&mut self, item: &'ast syn::ItemStruct) {
        self.read_type(&item.ident, is_public(&item.vis));
        visit::visit_item_struct(self, item);
    }

    fn visit_item_enum(&mut self, item: &'ast syn::ItemEnum) {
        self.read_type(&item.ident, is_public(&item.vis));
        visit::visit_item_enum(self, item);
    }

    fn visit_item_trait(&mut self, item: &'ast syn::ItemTrait) {
        self.read_type(&item.ident, is_public(&item.vis));
        visit::visit_item_trait(self, item);
    }

    fn visit_item_type(&mut self, item: &'ast syn::ItemType) {
        self.read_type(&item.ident, false);
        visit::visit_item_type(self, item);
    }

    fn visit_item_use(&mut self, item: &'ast syn::ItemUse) {
        self.read_use(&item.tree, &mut Vec::new(), item.use_token.span.start().line);
    }

    fn visit_attribute(&mut self, attribute: &'ast syn::Attribute) {
        let mut words: Vec<String> =
            attribute.path().segments.iter().map(|segment| segment.ident.to_string()).collect();
        if let syn::Meta::List(list) = &attribute.meta {
            words_of(list.tokens.clone(), &mut words);
        }
        self.attributes.push((attribute.pound_token.span.start().line, words.join(" ")));
    }
}

fn is_public(visibility: &syn::Visibility) -> bool {
    matches!(visibility, syn::Visibility::Public(_))
}

fn is_punct(trees: &[TokenTree], at: usize, wanted: char) -> bool {
    matches!(trees.get(at), Some(TokenTree::Punct(punct)) if punct.as_char() == wanted)
}

fn is_call(trees: &[TokenTree], at: usize) -> bool {
    use proc_macro2::Delimiter::Parenthesis;
    matches!(trees.get(at), Some(TokenTree::Group(group)) if group.delimiter() == Parenthesis)
}

fn words_of(tokens: TokenStream, words: &mut Vec<String>) {
    for tree in tokens {
        match tree {
            TokenTree::Group(group) => words_of(group.stream(), words),
            TokenTree::Ident(ident) => words.push(ident.to_string()),
            TokenTree::Punct(_) | TokenTree::Literal(_) => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn has_path(code: &Code, path: &[&str]) -> bool {
        code.paths.iter().any(|(_, found)| found == path)
    }

    #[test]
    fn paths_are_seen_in_expressions_macros_and_braced_uses() {
        let code = Code::parse(
            "use std::{fs::{self, File}, io as stream};\n\
             fn f() { assert!(std::thread::panicking()); a::<b::C>::d(); }\n",
        )
        .unwrap();
        assert!(has_path(&code, &["std", "fs", "self"]));
        assert!(has_path(&code, &["std", "fs", "File"]));
        assert!(has_path(&code, &["std", "io"]));
        assert!(has_path(&code, &["std", "thread", "panicking"]));
        assert!(has_path(&code, &["b", "C"]));
    }

    #[test]
    fn words_in_strings_and_comments_are_not_code() {
        let code = Code::parse("// todo!()\nfn f() -> &'static str { \"dbg!(x).flush()\" }\n");
        let code = code.unwrap();
        assert!(code.macros.is_empty() && code.calls.is_empty());
    }

    #[test]
    fn macros_calls_functions_types_and_attributes_are_found_with_their_lines() {
        let code = Code::parse(
            "#[allow(dead_code)]\npub struct A;\nimpl A {\n    /// Long.\n    fn f() {\n        \
             todo!();\n        x.flush();\n    }\n}\nif_not_macro!{ dbg!(1) }\n",
        )
        .unwrap();
        assert_eq!(code.attributes[0], (1, "allow dead_code".to_owned()));
        assert_eq!(code.functions, [("f".to_owned(), 5, 8)]);
        assert!(code.types[0].public && code.types[0].name == "A");
        let names: Vec<_> = code.macros.iter().map(|(_, name)| name.as_str()).collect();
        assert_eq!(names, ["todo", "if_not_macro", "dbg"]);
        assert_eq!(code.calls, [(7, "flush".to_owned())]);
        assert!(Code::parse("fn f( {").is_err());
    }
}

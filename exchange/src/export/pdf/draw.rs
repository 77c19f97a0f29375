//! Pages onto paper: what has flowed is drawn, and the tree of tags is given its leaves.

use krilla::Document;
use krilla::color::rgb;
use krilla::destination::XyzDestination;
use krilla::geom::{PathBuilder, Point, Rect};
use krilla::num::NormalizedF32;
use krilla::outline::{Outline, OutlineNode};
use krilla::page::PageSettings;
use krilla::paint::Fill;
use krilla::surface::Surface;
use krilla::tagging::{
    Artifact, ArtifactType, ContentTag, Identifier, ListNumbering, Node, SpanTag, TableHeaderScope,
    Tag, TagGroup, TagTree,
};
use std::num::{NonZeroU16, NonZeroU32};

use super::face::{Faces, Line, Style};
use super::flow::{BOTTOM, Child, GREY, LEFT, Mark, Op, PAGE, Pages, Part, RULE, Role, WIDTH};
use crate::export::print::Print;
use client_core::kinds::Language;

/// Draws all pages, then says what is what.
pub(super) fn draw(document: &mut Document, print: &Print, faces: &Faces, pages: Pages) {
    let Pages { pages, parts, roots, leaves, outline } = pages;
    let mut found: Vec<Option<Identifier>> = vec![None; leaves];
    let count = pages.len();
    for (number, ops) in (1..).zip(pages) {
        let settings = PageSettings::from_wh(PAGE.0, PAGE.1).expect("A4 is a size");
        let mut page = document.start_page_with(settings);
        let mut surface = page.surface();
        for op in ops {
            draw_op(&mut surface, faces, op, &mut found);
        }
        margins(&mut surface, print, faces, (number, count));
        surface.finish();
        page.finish();
    }
    document.set_outline(outline_of(&outline));
    let mut tree = TagTree::new().with_lang(Some(super::tag(print.language).to_owned()));
    for root in roots {
        if let Some(node) = node(&parts, root, &mut found) {
            tree.push(node);
        }
    }
    document.set_tag_tree(tree);
}

fn colour([red, green, blue]: [u8; 3]) -> Fill {
    let paint = rgb::Color::new(red, green, blue).into();
    Fill { paint, opacity: NormalizedF32::ONE, rule: krilla::paint::FillRule::default() }
}

fn draw_op(surface: &mut Surface<'_>, faces: &Faces, op: Op, found: &mut [Option<Identifier>]) {
    match op {
        Op::Area { at, size, colour: fill } => {
            ornament(surface, ArtifactType::Layout, |surface| area(surface, at, size, fill));
        }
        Op::Text { at, size, style, colour: fill, line, leaf } => match leaf {
            None => ornament(surface, ArtifactType::PaginationOther, |surface| {
                text(surface, faces, (at, size, style, fill), &line);
            }),
            Some(leaf) => {
                let meant = line.meant.as_deref();
                let span = SpanTag::empty().with_actual_text(meant);
                found[leaf] = Some(surface.start_tagged(ContentTag::Span(span)));
                text(surface, faces, (at, size, style, fill), &line);
                surface.end_tagged();
            }
        },
    }
}

/// Draws what is no content: it is not read aloud.
fn ornament(surface: &mut Surface<'_>, kind: ArtifactType, draw: impl FnOnce(&mut Surface<'_>)) {
    surface.start_tagged(ContentTag::Artifact(Artifact::with_kind(kind)));
    draw(surface);
    surface.end_tagged();
}

fn area(surface: &mut Surface<'_>, at: (f32, f32), size: (f32, f32), fill: [u8; 3]) {
    let Some(rect) = Rect::from_xywh(at.0, at.1, size.0, size.1) else { return };
    let mut path = PathBuilder::new();
    path.push_rect(rect);
    if let Some(path) = path.finish() {
        surface.set_fill(Some(colour(fill)));
        surface.draw_path(&path);
    }
}

type Drawn = ((f32, f32), f32, Style, [u8; 3]);

fn text(surface: &mut Surface<'_>, faces: &Faces, (at, size, style, fill): Drawn, line: &Line) {
    if line.drawn.is_empty() {
        return;
    }
    let face = faces.face(style);
    surface.set_fill(Some(colour(fill)));
    let glyphs = face.glyphs(&line.drawn);
    let start = Point::from_xy(at.0, at.1);
    surface.draw_glyphs(start, &glyphs, face.font.clone(), &line.drawn, size, false);
}

/// Draws the head and the foot of a page.
fn margins(surface: &mut Surface<'_>, print: &Print, faces: &Faces, (page, count): (usize, usize)) {
    let size = 8.0;
    let small = |surface: &mut Surface<'_>, at: (f32, f32), line: &Line| {
        text(surface, faces, (at, size, Style::Regular, GREY), line);
    };
    ornament(surface, ArtifactType::PaginationOther, |surface| {
        let head = faces.wrap(Style::Regular, size, &print.space, WIDTH);
        if let Some(line) = head.first() {
            small(surface, (LEFT, 40.0), line);
        }
        area(surface, (LEFT, BOTTOM + 12.0), (WIDTH, 0.5), RULE);
        let number = match print.language {
            Language::French => format!("page {page} sur {count}"),
            Language::English => format!("page {page} of {count}"),
        };
        let number = faces.line(Style::Regular, size, &number);
        let room = WIDTH - number.width - 16.0;
        for (row, line) in (0_u8..).zip(print.standing.lines(print.language)) {
            let at = (LEFT, BOTTOM + 24.0 + 10.0 * f32::from(row));
            if let Some(line) = faces.wrap(Style::Regular, size, &line, room).first() {
                small(surface, at, line);
            }
        }
        small(surface, (LEFT + WIDTH - number.width, BOTTOM + 24.0), &number);
    });
}

/// Returns the outline: headings under the heading above them.
fn outline_of(marks: &[Mark]) -> Outline {
    let mut outline = Outline::new();
    let mut rest = marks;
    while let Some((mark, after)) = rest.split_first() {
        let under = after.iter().take_while(|other| other.level > mark.level).count();
        outline.push_child(outline_node(mark, &after[..under]));
        rest = &after[under..];
    }
    outline
}

fn outline_node(mark: &Mark, under: &[Mark]) -> OutlineNode {
    let place = XyzDestination::new(mark.page, Point::from_xy(LEFT, mark.y));
    let mut node = OutlineNode::new(mark.text.clone(), place);
    let mut rest = under;
    while let Some((child, after)) = rest.split_first() {
        let count = after.iter().take_while(|other| other.level > child.level).count();
        node.push_child(outline_node(child, &after[..count]));
        rest = &after[count..];
    }
    node
}

/// Returns a part with what stands under it. An empty cell stays: a table has no holes.
fn node(parts: &[Part], id: usize, found: &mut [Option<Identifier>]) -> Option<Node> {
    let part = &parts[id];
    let children = part.children.iter().filter_map(|child| match child {
        Child::Part(child) => node(parts, *child, found),
        Child::Leaf(leaf) => found[*leaf].take().map(Node::from),
    });
    let children: Vec<Node> = children.collect();
    let heading = |level: u16| {
        let level = NonZeroU16::new(level).expect("levels of headings begin at one");
        Tag::Hn(level, part.title.clone())
    };
    let group = match part.role {
        Role::Heading(level) => TagGroup::with_children(heading(level), children),
        Role::Paragraph => TagGroup::with_children(Tag::P, children),
        Role::List { numbered: true } => {
            TagGroup::with_children(Tag::L(ListNumbering::Decimal), children)
        }
        Role::List { numbered: false } => {
            TagGroup::with_children(Tag::L(ListNumbering::Disc), children)
        }
        Role::Item => TagGroup::with_children(Tag::LI, children),
        Role::Label => TagGroup::with_children(Tag::Lbl, children),
        Role::Body => TagGroup::with_children(Tag::LBody, children),
        Role::Table => TagGroup::with_children(Tag::Table, children),
        Role::Heads => TagGroup::with_children(Tag::THead, children),
        Role::Rows => TagGroup::with_children(Tag::TBody, children),
        Role::Row => TagGroup::with_children(Tag::TR, children),
        Role::ColumnHead => TagGroup::with_children(Tag::TH(TableHeaderScope::Column), children),
        Role::RowHead => TagGroup::with_children(Tag::TH(TableHeaderScope::Row), children),
        Role::Data => TagGroup::with_children(Tag::TD, children),
        Role::WideData => {
            let wide = Tag::TD.with_col_span(NonZeroU32::new(3));
            TagGroup::with_children(wide, children)
        }
    };
    Some(Node::Group(group))
}

import { expect, test } from "vitest";
import { bold, enter, redo, undo } from "../app/editor/commands.js";
import { Daemon } from "./daemon.js";
import { Clock, slowly, Tab } from "./tab.js";

function two(text: string) {
  const clock = new Clock();
  const daemon = new Daemon(text);
  let up = true;
  const reach = () => up;
  const dial = slowly(clock, daemon, () => 5, reach);
  const a = new Tab("a", clock, () => daemon.now, dial);
  const b = new Tab("b", clock, () => daemon.now, dial);
  clock.pass(100);
  const stop = () => { up = false; a.line?.cut(); b.line?.cut(); clock.pass(50); };
  const back = () => { up = true; clock.pass(20_000); };
  return { clock, daemon, a, b, stop, back };
}

test("what one writes the other sees, and both are told that it is kept", () => {
  const { clock, daemon, a, b } = two("un\ndeux");
  a.select(2);
  a.type(" et demi");
  expect(a.shown).toBe("saving");
  clock.pass(200);
  expect([a.text, b.text, daemon.text]).toEqual(Array(3).fill("un et demi\ndeux"));
  expect([a.shown, b.shown]).toEqual(["saved", "saved"]);
  expect(a.kept).toBe(null);
});

test("typing goes on while an answer is awaited, and the caret stays with it", () => {
  const { clock, daemon, a, b } = two("milieu");
  a.select(6);
  b.select(0);
  a.type("A");
  clock.pass(32);
  a.type("B");
  b.type("1 ");
  clock.pass(20);
  a.type("C");
  clock.pass(500);
  expect(a.text).toBe("1 milieuABC");
  expect([b.text, daemon.text]).toEqual([a.text, a.text]);
  expect(a.state.selection.from).toBe(a.state.doc.content.size - 1);
});

test("undo takes back one's own words only", () => {
  const { clock, a, b } = two("un deux");
  a.select(2);
  a.type("A");
  clock.pass(200);
  b.select(b.text.length);
  b.type(" trois");
  clock.pass(200);
  a.run(undo);
  clock.pass(200);
  expect(a.text).toBe("un deux trois");
  expect(b.text).toBe(a.text);
  a.run(redo);
  clock.pass(200);
  expect(b.text).toBe("unA deux trois");
});

test("an undo survives that somebody else cut the line", () => {
  const { clock, a, b } = two("avant après");
  a.select(11);
  a.type("X");
  clock.pass(200);
  b.select(5);
  b.run(enter);
  clock.pass(200);
  expect(a.text).toBe("avant\n aprèsX");
  a.run(undo);
  clock.pass(200);
  expect(b.text).toBe("avant\n après");
});

test("the daemon stops: all is kept, nothing is written, and it goes on by itself", () => {
  const { clock, daemon, a, b, stop, back } = two("un");
  a.select(2);
  a.type(" perdu ?");
  stop();
  expect(a.writable).toBe(false);
  expect(a.shown).toBe("stopped");
  expect(a.kept?.text).toBe("un perdu ?");
  daemon.set("un, entre-temps");
  back();
  expect(daemon.text).toContain(" perdu ?");
  expect(daemon.text).toContain(", entre-temps");
  expect([a.text, b.text]).toEqual([daemon.text, daemon.text]);
  expect(a.writable).toBe(true);
  expect(a.kept).toBe(null);
  clock.pass(10);
});

test("an answer that was lost is not written twice", () => {
  const { clock, daemon, a, stop, back } = two("un");
  a.select(2);
  a.type(" deux");
  // Written by the daemon, and cut before its answer came.
  clock.pass(36);
  expect(daemon.text).toBe("un deux");
  expect(a.session.clean()).toBe(false);
  stop();
  daemon.set("un deux trois");
  back();
  expect(daemon.text).toBe("un deux trois");
  expect(a.text).toBe(daemon.text);
});

test("a page read again goes on from what was kept", () => {
  const { clock, daemon, a, stop, back } = two("un");
  a.select(2);
  a.type(" deux");
  stop();
  daemon.set("zéro un");
  a.reload();
  expect(a.text).toBe("un deux");
  back();
  expect(daemon.text).toBe("zéro un deux");
  expect(a.text).toBe(daemon.text);
  clock.pass(1);
});

test("what is refused stays, until it is given up", () => {
  const { clock, daemon, a } = two("signé");
  daemon.refuse = "la version signée ne change pas.";
  a.select(0);
  a.type("re");
  clock.pass(200);
  expect([a.shown, a.why, a.writable]).toEqual(["refused", daemon.refuse, false]);
  expect(a.kept?.text).toBe("resigné");
  daemon.refuse = null;
  daemon.set("signé !");
  clock.pass(50);
  a.session.takeShared();
  expect([a.text, a.shown, a.writable, a.kept]).toEqual(["signé !", "saved", true, null]);
});

test("nothing moves below a composition", () => {
  const { clock, daemon, a } = two("un");
  a.select(2);
  a.composing = true;
  a.type("e");
  daemon.set("zéro un");
  clock.pass(500);
  expect(a.text).toBe("une");
  expect(daemon.text).toBe("zéro un");
  a.composed();
  clock.pass(500);
  expect([a.text, daemon.text]).toEqual(["zéro une", "zéro une"]);
});

test("others' carets are told in the letters of this screen", () => {
  const { clock, daemon, a, b } = two("un deux");
  b.select(3, 7);
  clock.pass(400);
  expect(a.others).toMatchObject([{ id: "b", from: 3, to: 7 }]);
  a.select(0);
  a.type("OK ");
  clock.pass(400);
  b.select(8);
  clock.pass(400);
  expect(a.others).toMatchObject([{ from: 8, to: 8 }]);
  daemon.notice("Modifié en même temps que vous : art. 4", 3);
  clock.pass(50);
  expect(a.notices).toEqual([{ text: "Modifié en même temps que vous : art. 4",
    at: { from: 3, to: 3 } }]);
});

test("what was typed and taken back leaves room for the others", () => {
  const { clock, daemon, a } = two("un");
  a.select(2);
  a.type("x");
  daemon.set("un deux");
  clock.pass(10);
  a.run(undo);
  clock.pass(300);
  expect([a.text, daemon.text]).toEqual(["un deux", "un deux"]);
});

test("a mark waits for its first letter while others write", () => {
  const { clock, daemon, a } = two("un ");
  a.select(3);
  a.run(bold);
  daemon.set("zéro\nun ");
  clock.pass(50);
  a.type("gras");
  a.type(" ");
  a.type("encore");
  clock.pass(300);
  expect(daemon.text).toBe("zéro\nun **gras encore**");
});

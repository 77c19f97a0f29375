// What every page does beyond plain links and forms. A page without it works the same, only whole
// pages at a time. It must never lose what stands in a form: not on a swap, not when the daemon is
// down.

const all = <T extends HTMLElement>(selector: string, root: ParentNode = document): T[] =>
  [...root.querySelectorAll<T>(selector)];
const byId = (id: string): HTMLElement | null => document.getElementById(id);

// --- What stands in forms ---

const keyOf = (form: HTMLFormElement): string => `liaison-form ${location.pathname} ${form.id}`;
/** What is never kept: secrets, files, and what the page wrote for itself. */
const isSecret = (element: Element): boolean =>
  element.matches("[type=password], [type=file], [data-forget]");

type Kept = readonly [name: string, nth: number, value: string | boolean | string[]];

/** The fields of a form that people fill, each with its rank among those of its name. */
function rowsOf(form: HTMLFormElement): { field: HTMLInputElement; nth: number }[] {
  const seen = new Map<string, number>();
  return [...form.elements].flatMap((element) => {
    const field = element as HTMLInputElement;
    if (!field.name || /^(submit|button|hidden|image)$/.test(field.type)) return [];
    const nth = seen.get(field.name) ?? 0;
    seen.set(field.name, nth + 1);
    return [{ field, nth }];
  });
}

/** What a field holds when it is not what the page wrote into it. */
function own(field: HTMLInputElement): Kept[2] | undefined {
  if (field instanceof HTMLSelectElement) {
    const options = [...field.options] as HTMLOptionElement[];
    const chosen = options.filter((option) => option.selected).map((option) => option.value);
    const drawn = options.filter((option) => option.defaultSelected).map((option) => option.value);
    if (drawn.length === 0 && !field.multiple && options[0]) drawn.push(options[0].value);
    return chosen.join("\n") === drawn.join("\n") ? undefined : chosen;
  }
  if (/^(checkbox|radio)$/.test(field.type)) {
    return field.checked === field.defaultChecked ? undefined : field.checked;
  }
  return field.value === field.defaultValue ? undefined : field.value;
}

/** Whether somebody wrote in a form that is sent. */
const changed = (form: Element): boolean =>
  form instanceof HTMLFormElement && form.method === "post"
    && rowsOf(form).some(({ field }) => own(field) !== undefined);

/** Keeps what was changed, and only that: the rest may change elsewhere meanwhile. */
function keep(form: HTMLFormElement): void {
  if (!form.id) return;
  const kept = rowsOf(form).flatMap(({ field, nth }): Kept[] => {
    const value = isSecret(field) ? undefined : own(field);
    return value === undefined ? [] : [[field.name, nth, value]];
  });
  if (kept.length > 0) sessionStorage.setItem(keyOf(form), JSON.stringify(kept));
  else sessionStorage.removeItem(keyOf(form));
}

function putBack(form: HTMLFormElement): void {
  const kept = JSON.parse(sessionStorage.getItem(keyOf(form)) ?? "[]") as Kept[];
  for (const { field, nth } of kept.length > 0 ? rowsOf(form) : []) {
    const value = kept.find((one) => one[0] === field.name && one[1] === nth)?.[2];
    if (value === undefined) continue;
    if (typeof value === "boolean") field.checked = value;
    else if (typeof value === "string") field.value = value;
    else if (field instanceof HTMLSelectElement) {
      const options = [...field.options] as HTMLOptionElement[];
      for (const option of options) option.selected = value.includes(option.value);
    }
  }
}

// --- Parts of a page that are drawn again ---

/** What stays as it is on a page that is drawn again: somebody is at work there. */
const busy = (part: Element): boolean =>
  part.matches("[data-keep], dialog[open]") || changed(part);
const holdsBusy = (node: Node): boolean => node instanceof Element
  && (busy(node) || all("[data-keep], dialog[open], form", node).some(busy));

/** Brings an element to what the daemon drew, leaving what is the same, so that focus stays. */
function morph(from: Element, to: Element, sent: Element | null): void {
  if (from.isEqualNode(to) && !from.contains(sent)) return;
  if (from === sent || from.nodeName !== to.nodeName || from.id !== to.id) {
    from.replaceWith(document.adoptNode(to));
    return;
  }
  if (busy(from)) return;
  for (const { name } of [...from.attributes]) {
    if (!to.hasAttribute(name) && name !== "open") from.removeAttribute(name);
  }
  for (const { name, value } of to.attributes) {
    if (from.getAttribute(name) !== value) from.setAttribute(name, value);
  }
  morphChildren(from, to, sent);
}

function morphChildren(from: Element, to: Element, sent: Element | null): void {
  const coming = new Set([...to.children].map((child) => child.id).filter(Boolean));
  let old = from.firstChild;
  for (const next of [...to.childNodes]) {
    const id = next instanceof Element ? next.id : "";
    // What leaves goes; what somebody is writing in stays, even when its place is gone.
    while (old && old instanceof Element && old.id !== id && old.id && !coming.has(old.id)) {
      const gone: Node = old;
      old = gone.nextSibling;
      if (!holdsBusy(gone)) gone.parentNode?.removeChild(gone);
    }
    const twin = id ? [...from.children].find((child) => child.id === id) : old;
    if (twin && twin.nodeType === next.nodeType
      && (twin instanceof Element ? twin.nodeName === next.nodeName && twin.id === id : true)) {
      if (twin === old) old = twin.nextSibling;
      else from.insertBefore(twin, old);
      if (twin instanceof Element) morph(twin, next as Element, sent);
      else if (twin.nodeValue !== next.nodeValue) twin.nodeValue = next.nodeValue;
    } else {
      from.insertBefore(document.adoptNode(next), old);
    }
  }
  while (old) {
    const gone: Node = old;
    old = gone.nextSibling;
    if (!holdsBusy(gone)) from.removeChild(gone);
  }
}

function swap(html: string, sent: HTMLFormElement | null): void {
  const page = new DOMParser().parseFromString(html, "text/html");
  const focus = document.activeElement;
  const name = focus?.getAttribute("name");
  const { scrollX, scrollY } = window;
  for (const part of all("[data-swap]")) {
    const next = part.isConnected && part.id ? page.getElementById(part.id) : null;
    if (next) morph(part, next, sent);
  }
  if (focus && focus !== document.body && !focus.isConnected) {
    const form = sent?.id ? byId(sent.id) : null;
    const again = focus.id ? byId(focus.id)
      : name ? form?.querySelector<HTMLElement>(`[name="${CSS.escape(name)}"]`) : null;
    again?.focus({ preventScroll: true });
  }
  window.scrollTo(scrollX, scrollY);
  filterAll();
  const said = page.getElementById("announce")?.textContent?.trim();
  const announce = byId("announce");
  if (said && announce) announce.textContent = said;
}

const stopped = (on: boolean): void => {
  const banner = byId("stopped");
  if (banner) banner.hidden = !on;
};

const PARTIAL = { headers: { "X-Partial": "1" }, credentials: "same-origin" as const };

let asking = false;
let again = false;

async function refresh(): Promise<void> {
  if (asking) { again = true; return; }
  asking = true;
  try {
    const answer = await fetch(location.href, PARTIAL);
    if (answer.ok) swap(await answer.text(), null);
  } catch {
    // The source of events tells when the daemon is back.
  }
  asking = false;
  if (again) { again = false; void refresh(); }
}

async function send(form: HTMLFormElement, by: HTMLElement | null): Promise<void> {
  if (form.ariaBusy === "true") return;
  keep(form);
  form.ariaBusy = "true";
  try {
    const get = form.method === "get";
    const data = new FormData(form, by);
    const fields = new URLSearchParams(data as unknown as Record<string, string>);
    const url = new URL(by?.getAttribute("formaction") ?? form.getAttribute("action") ?? "",
      location.href);
    if (get) url.search = fields.toString();
    const init = get ? PARTIAL : { ...PARTIAL, method: "post", body: fields };
    const answer = await fetch(url, init);
    const html = answer.headers.get("content-type")?.includes("html") ? await answer.text() : "";
    if (!html) throw new Error(String(answer.status));
    stopped(false);
    if (answer.ok) {
      sessionStorage.removeItem(keyOf(form));
    }
    const there = new URL(answer.url);
    if (get) history.replaceState(null, "", url);
    else if (answer.redirected && there.pathname !== location.pathname) {
      location.assign(answer.url);
      return;
    }
    swap(html, form);
  } catch {
    stopped(true);
  } finally {
    form.ariaBusy = null;
  }
}

// --- What happens elsewhere ---

function listen(): void {
  if (!byId("state") && !document.body.dataset["live"]) return;
  const source = new EventSource(document.body.dataset["events"] ?? "/events");
  let lost = 0;
  source.addEventListener("state", (event) => {
    const line = byId("state");
    if (line && line.innerHTML !== event.data) line.innerHTML = event.data as string;
  });
  source.addEventListener("changed", (event) => {
    const ids = (event.data as string).split(" ");
    const live = (document.body.dataset["live"] ?? "").split(" ").filter(Boolean);
    if (live.some((id) => ids.includes(id))) void refresh();
  });
  source.onopen = () => {
    clearTimeout(lost);
    lost = 0;
    const banner = byId("stopped");
    if (banner && !banner.hidden && document.body.dataset["live"]) void refresh();
    stopped(false);
  };
  source.onerror = () => {
    lost ||= window.setTimeout(() => { stopped(true); }, 2_000);
    // A browser gives up for good on some answers: ours is back as soon as it is started again.
    if (source.readyState === EventSource.CLOSED) {
      source.close();
      window.setTimeout(() => { clearTimeout(lost); stopped(true); listen(); }, 3_000);
    }
  };
}

// --- Small services ---

const bare = (text: string): string =>
  text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase().replace(/œ/g, "oe");

function filter(input: HTMLInputElement): void {
  const words = bare(input.value).split(/\s+/).filter(Boolean);
  const table = document.querySelector(input.dataset["filter"] ?? "");
  if (!table) return;
  for (const row of all("tbody tr, li", table)) {
    const text = bare(row.textContent ?? "");
    row.hidden = !words.every((word) => text.includes(word));
  }
}

const filterAll = (): void => {
  for (const input of all<HTMLInputElement>("[data-filter]")) if (input.value) filter(input);
};

let leaving = false;

document.addEventListener("submit", (event) => {
  const form = event.target as HTMLFormElement;
  if (form.dataset["partial"] === undefined) { leaving = true; return; }
  event.preventDefault();
  void send(form, event.submitter);
});

document.addEventListener("input", (event) => {
  const field = event.target as HTMLInputElement;
  if (field.dataset["filter"]) filter(field);
  const form = field.form;
  if (form?.dataset["partial"] !== undefined) keep(form);
});

document.addEventListener("click", (event) => {
  const target = event.target as Element;
  const copy = target.closest<HTMLElement>("[data-copy]")?.dataset["copy"];
  const source = copy ? document.querySelector<HTMLElement>(copy) : null;
  if (source) {
    const text = source instanceof HTMLInputElement || source instanceof HTMLTextAreaElement
      ? source.value : source.innerText;
    const said = target.closest<HTMLElement>("[data-copy]")?.dataset["said"];
    void navigator.clipboard.writeText(text.trim()).then(() => {
      const announce = byId("announce");
      if (announce && said) announce.textContent = said;
    });
  }
  if (target.closest("[data-print]")) window.print();
  for (const menu of all<HTMLDetailsElement>("details.menu[open]")) {
    if (!menu.contains(target)) menu.open = false;
  }
});

document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  for (const menu of all<HTMLDetailsElement>("details.menu[open]")) {
    if (menu.contains(document.activeElement)) menu.querySelector("summary")?.focus();
    menu.open = false;
  }
});

addEventListener("beforeunload", (event) => {
  if (!leaving && all("form[data-guard]").some(changed)) event.preventDefault();
  leaving = false;
});

for (const form of all<HTMLFormElement>("form[data-partial][id]")) putBack(form);
filterAll();
listen();

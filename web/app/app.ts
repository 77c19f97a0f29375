// What every page does beyond plain links and forms. A page without it works the same, only whole
// pages at a time. It must never lose what stands in a form: not on a swap, not when the daemon is
// down.

const all = <T extends HTMLElement>(selector: string, root: ParentNode = document): T[] =>
  [...root.querySelectorAll<T>(selector)];
const byId = (id: string): HTMLElement | null => document.getElementById(id);

// --- What stands in forms ---

const keyOf = (form: HTMLFormElement): string => `liaison-form ${location.pathname} ${form.id}`;
const fieldsOf = (form: HTMLFormElement): string =>
  new URLSearchParams(new FormData(form) as unknown as Record<string, string>).toString();

const first = new WeakMap<HTMLFormElement, string>();
const changed = (form: HTMLFormElement): boolean =>
  first.has(form) && first.get(form) !== fieldsOf(form);

const isSecret = (element: Element): boolean =>
  element.matches("[type=password], [type=file], [type=hidden], [data-forget]");

type Kept = readonly [name: string, nth: number, value: string | boolean | string[]];

/** The fields of a form that hold something, each with its rank among those of its name. */
function rowsOf(form: HTMLFormElement): { field: HTMLInputElement; nth: number }[] {
  const seen = new Map<string, number>();
  return [...form.elements].flatMap((element) => {
    const field = element as HTMLInputElement;
    if (!field.name || isSecret(field) || /^(submit|button)$/.test(field.type)) return [];
    const nth = seen.get(field.name) ?? 0;
    seen.set(field.name, nth + 1);
    return [{ field, nth }];
  });
}

const ticked = (field: HTMLInputElement): boolean => /^(checkbox|radio)$/.test(field.type);

/** Keeps what was changed, and only that: the rest may change elsewhere meanwhile. */
function keep(form: HTMLFormElement): void {
  if (!form.id) return;
  const kept = rowsOf(form).flatMap(({ field, nth }): Kept[] => {
    if (field instanceof HTMLSelectElement) {
      const options = [...field.options] as HTMLOptionElement[];
      const chosen = options.filter((option) => option.selected);
      const asDrawn = options.every((option) => option.selected === option.defaultSelected);
      return asDrawn ? [] : [[field.name, nth, chosen.map((option) => option.value)]];
    }
    if (ticked(field)) {
      return field.checked === field.defaultChecked ? [] : [[field.name, nth, field.checked]];
    }
    return field.value === field.defaultValue ? [] : [[field.name, nth, field.value]];
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

function arm(root: ParentNode): void {
  for (const form of all<HTMLFormElement>("form", root)) {
    if (first.has(form)) continue;
    first.set(form, fieldsOf(form));
    if (form.dataset["partial"] !== undefined && form.id) putBack(form);
  }
}

// --- Parts of a page that are drawn again ---

/** Whether somebody is at work in a part: it is left as it is. */
function busy(part: Element): boolean {
  const form = part.contains(document.activeElement)
    ? document.activeElement?.closest("form") : null;
  return !!form && changed(form)
    || part.querySelector("dialog[open], .editor-text") !== null
    || all<HTMLFormElement>("form[method=post]", part).some(changed);
}

function swap(html: string, even: Element | null): void {
  const page = new DOMParser().parseFromString(html, "text/html");
  const focus = document.activeElement?.id;
  const at = document.activeElement instanceof HTMLInputElement
    && /^(text|search)$/.test(document.activeElement.type)
    ? document.activeElement.selectionStart : null;
  const { scrollX, scrollY } = window;
  for (const part of all("[data-swap]")) {
    const next = part.id ? page.getElementById(part.id) : null;
    if (!next || part.parentElement?.closest("[data-swap]") || !part.isConnected) continue;
    if (part.outerHTML === next.outerHTML || (!part.contains(even) && busy(part))) continue;
    for (const details of all<HTMLDetailsElement>("details[id]", part)) {
      const twin = next.querySelector<HTMLDetailsElement>(`#${CSS.escape(details.id)}`);
      if (twin) twin.open = details.open;
    }
    part.replaceWith(document.adoptNode(next));
    arm(next);
    filterAll(next);
  }
  if (focus && document.activeElement?.id !== focus) {
    const element = byId(focus);
    element?.focus({ preventScroll: true });
    if (at !== null && element instanceof HTMLInputElement) element.setSelectionRange(at, at);
  }
  window.scrollTo(scrollX, scrollY);
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
      first.set(form, fieldsOf(form));
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
  const source = new EventSource("/events");
  let lost = 0;
  source.addEventListener("state", (event) => {
    const line = byId("state");
    if (line && line.innerHTML !== event.data) line.innerHTML = event.data as string;
  });
  source.addEventListener("changed", (event) => {
    const ids = (event.data as string).split(" ");
    const live = (document.body.dataset["live"] ?? "").split(" ").filter(Boolean);
    if (live.some((id) => id === "*" || ids.includes("*") || ids.includes(id))) void refresh();
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

const filterAll = (root: ParentNode): void => {
  for (const input of all<HTMLInputElement>("[data-filter]")) {
    if (input.value || root !== document) filter(input);
  }
};

document.addEventListener("submit", (event) => {
  const form = event.target as HTMLFormElement;
  if (form.dataset["partial"] === undefined) { first.delete(form); return; }
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
  if (all<HTMLFormElement>("form[data-guard]").some(changed)) event.preventDefault();
});

arm(document);
filterAll(document);
listen();

// The grid of the staff's calendar: a column a person, drawn by EventCalendar from one feed. Times in the feed are
// the location's wall clock; they are drawn as they are, whatever zone this computer is in.
"use strict";

document.addEventListener("DOMContentLoaded", () => {
	const mount = document.getElementById("calendar"), lists = document.getElementById("lists");
	if (!mount || !window.EventCalendar) return;
	const said = document.getElementById("calendar-said"), panel = document.getElementById("panel");
	const set = mount.dataset, wide = matchMedia("(min-width: 760px)").matches;
	const view = set.view || (wide ? "day" : "list");
	for (const link of document.querySelectorAll("[data-view-link]")) {
		const on = link.dataset.viewLink === view;
		link.classList.toggle("on", on);
		if (on) link.setAttribute("aria-current", "true");
	}
	let opener = null, reload = null;
	document.documentElement.classList.add("js");
	bootPanel();
	const whose = document.getElementById("whose"), week = view === "week";
	if (whose && view !== "day") whose.addEventListener("change", () => whose.form.submit()); // another list, or a week that has room
	if (view === "list" || "crowded" in set) {
		if (window.keptFollow) window.keptFollow(stream(), refreshLists);
		return;
	}

	let shown = [], clock = null; // the business's now, and when we learned it
	let columns = [], chosen = new Set();
	if (whose && !week) whose.addEventListener("change", load);
	const weekday = new Intl.DateTimeFormat(set.lang, {weekday: "short", timeZone: "UTC"});
	const calendar = window.EventCalendar.create(mount, {
		view: week ? "timeGridWeek" : "resourceTimeGridDay",
		date: set.date, timeZone: "UTC", locale: set.lang, firstDay: 1,
		slotMinTime: set.from || "08:00", slotMaxTime: set.to || "20:00",
		slotDuration: "00:15", slotHeight: 20, slotLabelInterval: "01:00", snapDuration: "00:05",
		slotLabelFormat: {hour: "2-digit", minute: "2-digit", hour12: false},
		dayHeaderFormat: (day) => weekday.format(day) + " " + day.getUTCDate(),
		allDaySlot: false, headerToolbar: {start: "", center: "", end: ""}, height: "auto",
		columnWidth: week ? "minmax(96px, 1fr)" : "minmax(148px, 1fr)",
		flexibleSlotTimeLimits: true, eventDurationEditable: false, editable: Boolean(set.move), dragScroll: true,
		resources: [], events: [],
		resourceLabelContent: ({resource}) => ({domNodes: [label(resource.title, resource.extendedProps.line)]}),
		eventContent: ({event}) => event.display === "background"
			? {domNodes: event.extendedProps.line ? [text("span", event.extendedProps.line)] : []}
			: {domNodes: content(event)},
		eventClassNames: ({event}) => event.extendedProps.names,
		eventDidMount: ({el, event}) => {
			const href = event.extendedProps.href;
			if (!href) return;
			el.tabIndex = 0;
			el.setAttribute("role", "button");
			el.setAttribute("aria-label", [event.title, event.extendedProps.line, event.extendedProps.warning].filter(Boolean).join(", "));
			el.addEventListener("keydown", (key) => {
				if (key.key === "Enter" || key.key === " ") { key.preventDefault(); open(href, el); }
			});
		},
		eventClick: ({event, el}) => { if (event.extendedProps.href) open(event.extendedProps.href, el); },
		eventDrop: drop,
		eventAllUpdated: untable, viewDidMount: untable,
	});
	untable();
	mount.hidden = false;
	lists.hidden = true;
	load();
	plainRoles();
	new MutationObserver(plainRoles).observe(mount, {childList: true, subtree: true});
	reload = load;
	if (window.keptFollow) window.keptFollow(stream(), load);
	setInterval(drawNow, 60000);

	// EventCalendar calls its boxes a table, with buttons where cells ought to be. What it draws is a group of
	// buttons that read well by themselves; the lists of the server are the table's better half.
	function plainRoles() {
		for (const box of mount.querySelectorAll("[role=table], [role=rowgroup], [role=row], [role=columnheader], [role=rowheader], [role=cell]")) {
			for (const name of ["role", "aria-colindex", "aria-rowindex", "aria-colcount", "aria-rowcount"]) box.removeAttribute(name);
		}
	}

	// The grid calls itself a table, but what stands in it are no cells: as a plain group it can be read.
	function untable() {
		for (const part of mount.querySelectorAll("[role=table], [role=rowgroup], [role=row], [role=cell], [role=columnheader], [role=rowheader]")) part.removeAttribute("role");
		for (const part of mount.querySelectorAll("[aria-colindex], [aria-rowindex], [aria-colcount], [aria-rowcount], [aria-colspan], [aria-rowspan]")) {
			for (const name of ["colindex", "rowindex", "colcount", "rowcount", "colspan", "rowspan"]) part.removeAttribute("aria-" + name);
		}
		const scroller = mount.querySelector(".ec-main");
		if (scroller) {
			scroller.tabIndex = 0;
			scroller.setAttribute("aria-label", mount.getAttribute("aria-label"));
		}
	}

	function stream() {
		const main = document.querySelector("main[data-stream]");
		return main ? main.dataset.stream : "";
	}

	async function load() {
		const from = set.date, to = week ? plusDays(from, 6) : from;
		const url = new URL(set.feed, location.href);
		url.searchParams.set("from", from);
		url.searchParams.set("to", to);
		try {
			const answer = await fetch(url, {headers: {Accept: "application/json"}, credentials: "same-origin"});
			if (!answer.ok) throw new Error(String(answer.status));
			const feed = await answer.json();
			clock = {now: instant(feed.now), at: performance.now()};
			columns = feed.columns || [];
			shown = (feed.items || []).map((i) => event(i, columns));
			narrow();
			drawNow();
		} catch {
			// The lists were drawn by the server and are right as of then.
			if (!clock) { mount.hidden = true; lists.hidden = false; }
			tell(set.failed, true);
		}
	}

	// narrow shows whose calendar was chosen; where there is no room for all, the first who has something to do.
	function narrow() {
		let only = whose && whose.value !== "all" ? whose.value : "";
		if (!only && !week && !wide) {
			const busy = columns.find((c) => shown.some((s) => s.display !== "background" && s.resourceIds[0] === c.id)) || columns[0];
			only = busy ? busy.id : "";
			if (whose && only) whose.value = only;
		}
		const visible = columns.filter((c) => !only || c.id === only);
		calendar.setOption("resources", visible.map((c) => ({id: c.id, title: c.name, extendedProps: {line: c.line}})));
		chosen = new Set(visible.map((c) => c.id));
	}

	function drawNow() {
		const line = [];
		if (clock) {
			const now = new Date(clock.now + performance.now() - clock.at);
			const later = new Date(now.getTime() + 60000);
			const one = (ids, names) => ({id: "now" + ids[0], start: wall(now), end: wall(later), display: "background", extendedProps: {names}, resourceIds: ids});
			const ids = calendar.getOption("resources").map((r) => r.id);
			if (ids.length) line.push(one(ids.slice(0, 1), ["is-now", "is-first"]));
			if (ids.length > 1 && !week) line.push(one(ids.slice(1), ["is-now"]));
		}
		calendar.setOption("events", [...shown.filter((s) => chosen.has(s.resourceIds[0]) && !(week && s.display === "background" && chosen.size > 1)), ...line]);
	}

	function event(item, columns) {
		// In processing time the person is free: it lies in the background, and other visits over it.
		const off = item.kind === "off" || item.kind === "processing", names = ["is-" + item.kind];
		if (item.status && item.kind === "booking") names.push("is-" + item.status);
		if (item.kind === "booking") names.push("hue-" + (item.hue || 0) % 4);
		let line = item.line || "";
		if (week && !off && (!whose || whose.value === "all")) {
			const who = columns.find((c) => c.id === item.column);
			line = [line, who && who.name].filter(Boolean).join(" · ");
		}
		return {
			id: item.id + "/" + item.part, resourceIds: [item.column], start: item.start, end: item.end, title: item.title,
			display: off ? "background" : "auto", editable: Boolean(item.movable && set.move), startEditable: Boolean(item.movable && set.move),
			extendedProps: {kind: item.kind, booking: item.id, begin: item.begin, was: item.was, line: off ? item.title : line, warning: item.warning, href: off ? "" : item.href, names},
		};
	}

	async function drop({event, oldEvent, oldResource, newResource, revert}) {
		const props = event.extendedProps;
		// A part that is dragged takes its booking along: the booking's start moves by as much.
		const start = props.begin ? new Date(instant(props.begin) + (event.start - oldEvent.start)) : event.start;
		const form = new URLSearchParams({start: wall(start), was: props.was || ""});
		if (newResource) form.set("staff", newResource.id);
		const question = set.ask.replace("%1", event.title).replace("%2", wall(event.start).slice(11, 16)) +
			(newResource ? " " + newResource.title : "");
		if (!await agreed(question)) { revert(); return; }
		try {
			const answer = await fetch(set.move.replace("{id}", props.booking), {method: "POST", body: form, credentials: "same-origin", headers: {Accept: "application/json"}});
			if (!answer.ok) {
				const problem = await answer.json().catch(() => ({}));
				revert();
				tell(problem.detail || problem.title || set.failed, true);
				return;
			}
			tell(set.moved);
			load();
		} catch {
			revert();
			tell(set.failed, true);
		}
	}

	// agreed asks once; Escape means no.
	function agreed(question) {
		const box = document.getElementById("calendar-ask");
		document.getElementById("calendar-question").textContent = question;
		box.returnValue = "";
		box.showModal();
		return new Promise((answer) => box.addEventListener("close", () => answer(box.returnValue === "yes"), {once: true}));
	}

	function content(event) {
		const title = document.createElement("b"), line = document.createElement("small"), warning = event.extendedProps.warning;
		if (event.extendedProps.kind !== "booking") title.className = "thin";
		title.textContent = (warning ? "⚠ " : "") + event.title;
		line.textContent = event.extendedProps.line || "";
		const box = document.createElement("div");
		box.append(title, line);
		return [box];
	}

	function label(name, line) {
		const box = document.createElement("div"), small = document.createElement("small");
		small.textContent = line || "";
		box.append(name, small);
		return box;
	}

	function text(tag, words) {
		const node = document.createElement(tag);
		node.textContent = words;
		return node;
	}

	function tell(words, bad) {
		said.textContent = words;
		said.classList.toggle("bad", Boolean(bad));
		said.hidden = false;
		clearTimeout(tell.timer);
		tell.timer = setTimeout(() => { said.hidden = true; }, bad ? 9000 : 4000);
	}

	// Panel: a card opens beside the calendar, takes the focus, and gives it back.
	function open(href, from) {
		opener = from;
		if (!window.htmx) { location.href = href; return; }
		window.htmx.ajax("GET", href, {target: "#panel", swap: "innerHTML"});
	}

	function bootPanel() {
		lists.addEventListener("click", (click) => {
			const link = click.target.closest("a.item");
			if (!link || click.metaKey || click.ctrlKey || click.shiftKey || click.button) return;
			click.preventDefault();
			open(link.href, link);
		});
		document.addEventListener("htmx:afterSettle", (settled) => {
			if (settled.detail.target !== panel) return;
			const heading = panel.querySelector("h2[tabindex]");
			if (heading) heading.focus();
		});
		// What is done in the panel is answered in the panel; without scripts it is answered by a page.
		panel.addEventListener("submit", (sent) => {
			if (!window.htmx) return;
			sent.preventDefault();
			window.htmx.ajax("POST", sent.target.action, {
				target: "#panel", swap: "innerHTML", values: Object.fromEntries(new FormData(sent.target, sent.submitter)),
			}).then(() => { if (reload) reload(); });
		});
		panel.addEventListener("click", (click) => {
			const link = click.target.closest("[data-close]");
			if (!link) return;
			click.preventDefault();
			close();
		});
		document.addEventListener("keydown", (key) => {
			if (key.key === "Escape" && panel.firstElementChild && !panel.querySelector("details[open]")) close();
		});
	}

	function close() {
		panel.replaceChildren();
		if (opener && opener.isConnected) opener.focus();
	}

	function refreshLists() {
		if (window.htmx) window.htmx.ajax("GET", location.href, {target: "#lists", select: "#lists", swap: "outerHTML"});
	}

	function plusDays(day, n) {
		const date = new Date(day + "T00:00:00Z");
		date.setUTCDate(date.getUTCDate() + n);
		return date.toISOString().slice(0, 10);
	}

	// A wall clock time is carried as if it were UTC, so that no zone here can bend it.
	function instant(local) { return Date.parse(local.slice(0, 16) + ":00Z"); }
	function wall(date) { return date.toISOString().slice(0, 16); }
});

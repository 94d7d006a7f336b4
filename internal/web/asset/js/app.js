// What every page does a little better with a script. Nothing here is needed: the pages are links and forms.
"use strict";

(() => {
	const said = () => document.getElementById("said");
	const say = (text) => { if (said()) said().textContent = text; };

	// A form marked data-once is sent once; the button says that it is under way.
	document.addEventListener("submit", (event) => {
		const form = event.target;
		if (!form.matches("[data-once]")) return;
		if (form.dataset.sent) { event.preventDefault(); return; }
		form.dataset.sent = "yes";
		if (event.submitter) event.submitter.setAttribute("aria-busy", "true");
	});
	addEventListener("pageshow", () => {
		for (const form of document.querySelectorAll("form[data-sent]")) delete form.dataset.sent;
		for (const button of document.querySelectorAll("[aria-busy]")) button.removeAttribute("aria-busy");
	});

	// The countdown of a held time counts what the server said is left, so that a wrong clock here does no harm.
	const countdowns = new WeakSet();
	function countdown(box) {
		if (countdowns.has(box)) return;
		countdowns.add(box);
		const end = performance.now() + Number(box.dataset.hold) * 1000, left = box.querySelector("[data-left]");
		const tick = () => {
			const seconds = Math.ceil((end - performance.now()) / 1000);
			if (!box.isConnected) return;
			if (seconds <= 0) {
				box.lastElementChild.textContent = box.dataset.gone;
				say(box.dataset.gone);
				return;
			}
			left.textContent = "(" + Math.floor(seconds / 60) + ":" + String(seconds % 60).padStart(2, "0") + ")";
			setTimeout(tick, 1000);
		};
		tick();
	}

	// Choosers of languages close when one looks elsewhere.
	document.addEventListener("click", (event) => {
		for (const open of document.querySelectorAll("details.lang[open]")) {
			if (!open.contains(event.target)) open.open = false;
		}
	});
	document.addEventListener("keydown", (event) => {
		if (event.key !== "Escape") return;
		for (const open of document.querySelectorAll("details.lang[open], details.ask[open]")) {
			open.open = false;
			open.querySelector("summary").focus();
		}
	});

	function begin() {
		for (const box of document.querySelectorAll("[data-hold]")) countdown(box);
		const chosen = document.querySelectorAll(".who [aria-current], .side nav [aria-current], .filters [aria-current]");
		for (const one of chosen) one.scrollIntoView({block: "nearest", inline: "nearest"});
	}
	// The server is told the reader's zone, so that it can say by how much the place's clock differs.
	function tellZone() {
		const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
		const name = location.protocol === "https:" ? "__Host-tz" : "tz"; // as the site names its cookies
		if (!zone || !navigator.cookieEnabled || document.cookie.split("; ").includes(name + "=" + zone)) return;
		document.cookie = name + "=" + zone + ";path=/;max-age=31536000;samesite=lax" + (location.protocol === "https:" ? ";secure" : "");
		// Who comes straight to a page of times sees it drawn for another zone.
		if (document.querySelector(".picker") && window.htmx) window.htmx.ajax("GET", location.href, {target: "#page", select: "#page", swap: "outerHTML show:none"});
	}

	document.addEventListener("DOMContentLoaded", () => {
		tellZone();
		begin();
		const errors = document.getElementById("errors");
		if (errors) errors.focus();
	});
	document.addEventListener("htmx:afterSettle", (event) => {
		begin();
		if (event.detail.target.id !== "page") return;
		const go = document.querySelector(".go p"), day = document.querySelector("[data-say]");
		say(go ? go.textContent : day ? day.textContent : document.title);
	});
})();

import { AxeBuilder } from "@axe-core/playwright";
import type { Page } from "playwright-core";
import { expect } from "vitest";

/** WCAG 2.2 at level AA, as far as a program can tell; contrast of every text is part of it. */
const RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];
const PHONE = { width: 360, height: 740 };
/** More stops than any page has before its main part. */
const MOST_STOPS = 60;

/** Checks a page as it stands: the rules in both themes, and no sideways scrolling on a phone. */
export async function expectAccessible(tab: Page): Promise<void> {
  const size = tab.viewportSize() ?? PHONE;
  for (const colorScheme of ["light", "dark"] as const) {
    await tab.emulateMedia({ colorScheme });
    const { violations } = await new AxeBuilder({ page: tab }).withTags(RULES).analyze();
    const told = violations.flatMap(({ id, nodes }) =>
      nodes.map(({ target, failureSummary }) => `${id}: ${target.join(" ")}: ${failureSummary}`),
    );
    expect(told, `${tab.url()} in ${colorScheme}`).toEqual([]);
  }
  await tab.setViewportSize(PHONE);
  const overhang = await tab.evaluate("document.documentElement.scrollWidth - innerWidth");
  expect(overhang, `${tab.url()} is wider than a phone`).toBeLessThanOrEqual(0);
  await tab.setViewportSize(size);
  await tab.emulateMedia({ colorScheme: null });
}

/**
 * Goes by the Tab key alone to what is named so, and makes sure that everything on the way shows that it has the focus.
 *
 * @returns the names of what had the focus, in their order.
 */
export async function tabTo(tab: Page, name: RegExp): Promise<string[]> {
  const stops: string[] = [];
  while (stops.length < MOST_STOPS) {
    await tab.keyboard.press("Tab");
    const { label, outline } = (await tab.evaluate(`(() => {
      const element = document.activeElement;
      const { outlineStyle, outlineWidth } = getComputedStyle(element);
      const isPage = element === document.body;
      const label = isPage ? "the page" : element.getAttribute("aria-label") || element.innerText || element.tagName;
      return { label: label.trim(), outline: isPage ? "page" : outlineStyle + " " + outlineWidth };
    })()`)) as { label: string; outline: string };
    stops.push(label);
    expect(outline, `${label} shows no focus`).not.toMatch(/^none|^\S+ 0px/);
    if (name.test(label)) return stops;
  }
  throw new Error(`The Tab key does not lead to ${name}, but to ${stops.join(", ")}.`);
}

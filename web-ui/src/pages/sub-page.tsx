import type { ComponentChildren } from "preact";
import { useEffect } from "preact/hooks";
import { focusMain } from "../hooks";
import { hrefs } from "../place";
import { strings } from "../strings";

type Props = {
  title: string;
  testId: string;
  /** What the way back is called, and what else it does. */
  back?: string;
  onBack?(): void;
  children: ComponentChildren;
};

/** A part of the page with a way back, which begins at its top. */
export function SubPage({ title, testId, back = strings.back, onBack, children }: Props) {
  useEffect(() => {
    const before = document.title;
    document.title = `${title} · Latchkey`;
    window.scrollTo(0, 0);
    focusMain();

    return () => {
      document.title = before;
    };
  }, [title]);

  return (
    <main id="main" tabIndex={-1} class="sub-page" data-testid={testId} aria-labelledby="sub-page-title">
      <a class="button quiet back" href={hrefs.home} data-testid="back" onClick={onBack}>
        {back}
      </a>
      <h1 id="sub-page-title">{title}</h1>
      {children}
    </main>
  );
}

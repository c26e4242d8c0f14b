import { useTask } from "../hooks";
import { LANGUAGES, type Language, strings } from "../strings";
import { ProblemLine } from "./problem";

type Props = { language: Language; onChoose(language: Language): Promise<void> };

/** The languages of the page, each by its own name, for who looks for it among foreign words. */
export function Languages({ language, onChoose }: Props) {
  const { problem, run } = useTask();

  return (
    <div class="languages" role="group" aria-label={strings.language}>
      {(Object.keys(LANGUAGES) as Language[]).map((each) => (
        <button
          key={each}
          type="button"
          class="quiet"
          lang={each}
          aria-pressed={each === language}
          data-testid={`language-${each}`}
          onClick={() => run(() => onChoose(each))}
        >
          {LANGUAGES[each]}
        </button>
      ))}
      <ProblemLine sentence={problem} />
    </div>
  );
}

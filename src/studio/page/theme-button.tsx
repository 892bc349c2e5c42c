import { useEffect, useState } from "preact/hooks";

const THEMES = ["system", "light", "dark"] as const;

/** Light, dark, or as the system has it. */
export function ThemeButton() {
  const [theme, setTheme] = useState<(typeof THEMES)[number]>("system");
  useEffect(() => {
    document.documentElement.dataset["theme"] = theme;
  }, [theme]);
  return (
    <label class="theme">
      Colours{" "}
      <select value={theme} onChange={({ currentTarget: { value } }) => setTheme(value as typeof theme)}>
        {THEMES.map((name) => (
          <option key={name}>{name}</option>
        ))}
      </select>
    </label>
  );
}

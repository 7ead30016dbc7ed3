import { Tabs } from '@mantine/core';
import { CopyButton, SECRET_CLEAR_MS } from './copy.tsx';
import classes from './snippets.module.css';

export interface SnippetTab {
  name: string;
  /** What stands on the screen. Never a secret. */
  text: string;
  /** What is copied in its place, read at the moment of the click; it holds a secret, so the clipboard is cleared. */
  readSecretText?: () => string;
}

/** Texts to paste, one at a time. */
export function SnippetTabs({ tabs, copyLabel }: { tabs: readonly SnippetTab[]; copyLabel: (name: string) => string }) {
  const [first] = tabs;
  if (first === undefined) return null;
  return (
    <Tabs defaultValue={first.name} keepMounted={false}>
      <Tabs.List mb={8} className={classes.tabs ?? ''}>
        {tabs.map(({ name }) => (
          <Tabs.Tab key={name} value={name}>
            {name}
          </Tabs.Tab>
        ))}
      </Tabs.List>
      {tabs.map(({ name, text, readSecretText }) => (
        <Tabs.Panel key={name} value={name}>
          <div className={classes.snippet}>
            {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling region must be reachable by keyboard */}
            <pre translate="no" tabIndex={0}>
              {text}
            </pre>
            <span className={classes.copy}>
              {readSecretText === undefined ? (
                <CopyButton value={text} label={copyLabel(name)} name={name} />
              ) : (
                <CopyButton
                  value={async () => readSecretText()}
                  label={copyLabel(name)}
                  name={name}
                  clearAfterMs={SECRET_CLEAR_MS}
                />
              )}
            </span>
          </div>
        </Tabs.Panel>
      ))}
    </Tabs>
  );
}

import { Button } from '@mantine/core';
import { getRouteApi } from '@tanstack/react-router';
import { KeyRound, Plus, RotateCcw } from 'lucide-react';
import { useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useMe } from '../accounts/me.ts';
import { isCredentialId, may } from '../credentials/credential.ts';
import { useProviders } from '../credentials/key-queries.ts';
import { pick } from '../search-params.ts';
import { EmptyState } from '../ui/empty-state.tsx';
import { ErrorState } from '../ui/error-state.tsx';
import { LinkButton } from '../ui/link-button.tsx';
import { Page } from '../ui/page.tsx';
import { CardsSkeleton } from '../ui/skeletons.tsx';
import { type PoolKeys, usePoolKeys } from '../virtual-keys/pool-keys.ts';
import { providersOf, useUsableModels } from '../virtual-keys/usable-models.ts';
import { Chat } from './chat.tsx';
import { CodeCard } from './code-card.tsx';
import classes from './playground.module.css';
import { resolveModel } from './resolve-model.ts';
import { type PlaygroundSettings, SettingsCard } from './settings-card.tsx';
import { type ChatSettings, messagesOf, useConversation } from './use-conversation.ts';

const route = getRouteApi('/app/playground');
const noSettings: PlaygroundSettings = { system: '', temperature: '', maxTokens: '' };
/** Those whose newer models refuse `max_tokens`. */
const completionLimitProviders = ['openai', 'azure-openai'];

/** Try a model through the gateway, see what it costs, take the code along. */
export default function PlaygroundPage() {
  const { t } = useTranslation('playground');
  const poolKeys = usePoolKeys();
  const conversation = useConversation();
  return (
    <Page
      title={t('page.title')}
      lead={t('page.sentence')}
      action={
        conversation.turns.length > 0 && (
          <Button variant="default" leftSection={<RotateCcw size={15} aria-hidden />} onClick={conversation.reset}>
            {t('chat.reset')}
          </Button>
        )
      }
    >
      {poolKeys.error !== null && <ErrorState error={poolKeys.error} />}
      {poolKeys.isLoading && <CardsSkeleton cards={2} height={320} />}
      {!poolKeys.isLoading && poolKeys.error === null && poolKeys.items.length === 0 && (
        <EmptyState
          icon={KeyRound}
          title={t('empty.title')}
          text={t('empty.sentence')}
          action={
            <LinkButton to="/keys" search={{ add: 1 }} leftSection={<Plus size={16} aria-hidden />}>
              {t('empty.action')}
            </LinkButton>
          }
        />
      )}
      {poolKeys.items.length > 0 && <Workbench poolKeys={poolKeys} conversation={conversation} />}
    </Page>
  );
}

interface WorkbenchProps {
  poolKeys: PoolKeys;
  conversation: ReturnType<typeof useConversation>;
}

/** Key, model and settings as the person has them, and the call that follows from them. */
function useSetup(poolKeys: PoolKeys) {
  const { user, activeWorkspaceId } = useMe();
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const providers = useProviders();
  const [settings, setSettings] = useState(noSettings);
  const chosen = isCredentialId(search.keyId) ? poolKeys.find(search.keyId) : undefined;
  const keyId = chosen?.id ?? null;
  const usable = poolKeys.items.filter((credential) => may(credential, 'use'));
  const providerIds = providersOf(chosen === undefined ? usable : [chosen]);
  const typedModel = search.model ?? '';
  const { models } = useUsableModels(providerIds, '');
  const model = typedModel.trim();
  const { provider, dialect } = resolveModel({ model, providerIds, known: models, providers });
  const chat: ChatSettings = {
    dialect,
    hasCompletionLimit: provider !== null && completionLimitProviders.includes(provider),
    model,
    system: settings.system.trim(),
    temperature: typeof settings.temperature === 'number' ? settings.temperature : null,
    maxTokens: typeof settings.maxTokens === 'number' ? settings.maxTokens : null,
  };
  const go = (patch: { keyId?: string | undefined; model?: string | undefined }) =>
    void navigate({
      search: (before) => pick({ ...before, ...patch }, 'keyId', 'model'),
      replace: true,
      resetScroll: false,
    });
  return {
    keyId,
    typedModel,
    providerIds,
    settings,
    chat,
    wish: { holder: `${user.id} ${activeWorkspaceId}`, keyId },
    // A model of one key is seldom offered by another.
    chooseKey: (next: string | null) => go({ keyId: next ?? undefined, model: undefined }),
    chooseModel: (next: string) => go({ model: next === '' ? undefined : next }),
    changeSettings: (patch: Partial<PlaygroundSettings>) => setSettings((before) => ({ ...before, ...patch })),
  };
}

function Workbench({ poolKeys, conversation }: WorkbenchProps) {
  const setup = useSetup(poolKeys);
  const [typed, setTyped] = useState('');
  const [isModelMissing, setIsModelMissing] = useState(false);
  const modelField = useRef<HTMLInputElement>(null);
  const { chat, wish } = setup;
  const question = typed.trim();

  /** Whether there is a model to ask; says so at its field when there is none. */
  const isReady = () => {
    setIsModelMissing(chat.model === '');
    if (chat.model === '') modelField.current?.focus();
    return chat.model !== '';
  };
  const send = () => {
    if (!isReady()) return;
    conversation.ask(question, chat, wish);
    setTyped('');
  };
  return (
    <div className={classes.workbench}>
      <Chat
        conversation={conversation}
        typed={typed}
        onType={setTyped}
        onSend={send}
        onAgain={() => isReady() && conversation.askAgain(chat, wish)}
      />
      <div className={classes.side}>
        <SettingsCard
          keyId={setup.keyId}
          model={setup.typedModel}
          providerIds={setup.providerIds}
          isModelMissing={isModelMissing}
          modelField={modelField}
          settings={setup.settings}
          onKey={setup.chooseKey}
          onModel={(next) => {
            setIsModelMissing(false);
            setup.chooseModel(next);
          }}
          onChange={setup.changeSettings}
        />
        {chat.model !== '' && (
          <CodeCard request={{ ...chat, messages: messagesOf(conversation.turns, question || 'Hello') }} />
        )}
      </div>
    </div>
  );
}

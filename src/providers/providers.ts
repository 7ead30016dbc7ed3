import { alibaba } from './alibaba.ts';
import { alibabaIntl } from './alibaba-intl.ts';
import { anthropic } from './anthropic.ts';
import { awsBedrock } from './aws-bedrock.ts';
import { azureOpenai } from './azure-openai.ts';
import { baichuan } from './baichuan.ts';
import { baidu } from './baidu.ts';
import { cerebras } from './cerebras.ts';
import { cohere } from './cohere.ts';
import { custom } from './custom.ts';
import { deepinfra } from './deepinfra.ts';
import { deepseek } from './deepseek.ts';
import { elevenlabs } from './elevenlabs.ts';
import { fireworks } from './fireworks.ts';
import { google } from './google.ts';
import { googleVertex } from './google-vertex.ts';
import { groq } from './groq.ts';
import { huggingface } from './huggingface.ts';
import { iflytekSpark } from './iflytek-spark.ts';
import { jina } from './jina.ts';
import { lingyi } from './lingyi.ts';
import { lmstudio } from './lmstudio.ts';
import { minimax } from './minimax.ts';
import { minimaxIntl } from './minimax-intl.ts';
import { mistral } from './mistral.ts';
import { modelscope } from './modelscope.ts';
import { moonshot } from './moonshot.ts';
import { moonshotIntl } from './moonshot-intl.ts';
import { novita } from './novita.ts';
import { nvidia } from './nvidia.ts';
import { ollama } from './ollama.ts';
import { openai } from './openai.ts';
import { openrouter } from './openrouter.ts';
import { perplexity } from './perplexity.ts';
import type { Provider } from './provider.ts';
import { replicate } from './replicate.ts';
import { sambanova } from './sambanova.ts';
import { siliconflow } from './siliconflow.ts';
import { siliconflowIntl } from './siliconflow-intl.ts';
import { stepfun } from './stepfun.ts';
import { stepfunIntl } from './stepfun-intl.ts';
import { tencentHunyuan } from './tencent-hunyuan.ts';
import { tencentTokenhub } from './tencent-tokenhub.ts';
import { together } from './together.ts';
import { vllm } from './vllm.ts';
import { volcengine } from './volcengine.ts';
import { voyage } from './voyage.ts';
import { xai } from './xai.ts';
import { xiaomi } from './xiaomi.ts';
import { zai } from './zai.ts';
import { zhipu } from './zhipu.ts';

/** Every preset, in the order in which people see them. */
export const providers: readonly Provider[] = [
  openai,
  anthropic,
  google,
  deepseek,
  zhipu,
  moonshot,
  baidu,
  alibaba,
  azureOpenai,
  custom,
  zai,
  moonshotIntl,
  alibabaIntl,
  awsBedrock,
  googleVertex,
  xai,
  mistral,
  groq,
  cohere,
  together,
  fireworks,
  perplexity,
  openrouter,
  siliconflow,
  siliconflowIntl,
  volcengine,
  tencentTokenhub,
  tencentHunyuan,
  minimax,
  minimaxIntl,
  stepfun,
  stepfunIntl,
  lingyi,
  baichuan,
  iflytekSpark,
  nvidia,
  cerebras,
  sambanova,
  deepinfra,
  huggingface,
  ollama,
  vllm,
  lmstudio,
  voyage,
  jina,
  elevenlabs,
  replicate,
  novita,
  modelscope,
  xiaomi,
];

const providerById: ReadonlyMap<string, Provider> = new Map(providers.map((provider) => [provider.id, provider]));

/** The preset with this id; a workspace's own providers are made with customProvider. */
export function findProvider(id: string): Provider | undefined {
  return providerById.get(id);
}

import alibabacloud from '@lobehub/icons-static-svg/icons/alibabacloud-color.svg?no-inline';
import anthropic from '@lobehub/icons-static-svg/icons/anthropic.svg?no-inline';
import azure from '@lobehub/icons-static-svg/icons/azure-color.svg?no-inline';
import baichuan from '@lobehub/icons-static-svg/icons/baichuan-color.svg?no-inline';
import baidu from '@lobehub/icons-static-svg/icons/baidu-color.svg?no-inline';
import bedrock from '@lobehub/icons-static-svg/icons/bedrock-color.svg?no-inline';
import cerebras from '@lobehub/icons-static-svg/icons/cerebras-color.svg?no-inline';
import cohere from '@lobehub/icons-static-svg/icons/cohere-color.svg?no-inline';
import deepinfra from '@lobehub/icons-static-svg/icons/deepinfra-color.svg?no-inline';
import deepseek from '@lobehub/icons-static-svg/icons/deepseek-color.svg?no-inline';
import elevenlabs from '@lobehub/icons-static-svg/icons/elevenlabs.svg?no-inline';
import fireworks from '@lobehub/icons-static-svg/icons/fireworks-color.svg?no-inline';
import gemini from '@lobehub/icons-static-svg/icons/gemini-color.svg?no-inline';
import github from '@lobehub/icons-static-svg/icons/github.svg?no-inline';
import groq from '@lobehub/icons-static-svg/icons/groq.svg?no-inline';
import huggingface from '@lobehub/icons-static-svg/icons/huggingface-color.svg?no-inline';
import hunyuan from '@lobehub/icons-static-svg/icons/hunyuan-color.svg?no-inline';
import jina from '@lobehub/icons-static-svg/icons/jina.svg?no-inline';
import lmstudio from '@lobehub/icons-static-svg/icons/lmstudio.svg?no-inline';
import minimax from '@lobehub/icons-static-svg/icons/minimax-color.svg?no-inline';
import mistral from '@lobehub/icons-static-svg/icons/mistral-color.svg?no-inline';
import modelscope from '@lobehub/icons-static-svg/icons/modelscope-color.svg?no-inline';
import moonshot from '@lobehub/icons-static-svg/icons/moonshot.svg?no-inline';
import novita from '@lobehub/icons-static-svg/icons/novita-color.svg?no-inline';
import nvidia from '@lobehub/icons-static-svg/icons/nvidia-color.svg?no-inline';
import ollama from '@lobehub/icons-static-svg/icons/ollama.svg?no-inline';
import openai from '@lobehub/icons-static-svg/icons/openai.svg?no-inline';
import openrouter from '@lobehub/icons-static-svg/icons/openrouter.svg?no-inline';
import perplexity from '@lobehub/icons-static-svg/icons/perplexity-color.svg?no-inline';
import replicate from '@lobehub/icons-static-svg/icons/replicate.svg?no-inline';
import sambanova from '@lobehub/icons-static-svg/icons/sambanova-color.svg?no-inline';
import siliconcloud from '@lobehub/icons-static-svg/icons/siliconcloud-color.svg?no-inline';
import spark from '@lobehub/icons-static-svg/icons/spark-color.svg?no-inline';
import stepfun from '@lobehub/icons-static-svg/icons/stepfun-color.svg?no-inline';
import tencentcloud from '@lobehub/icons-static-svg/icons/tencentcloud-color.svg?no-inline';
import together from '@lobehub/icons-static-svg/icons/together-color.svg?no-inline';
import vertexai from '@lobehub/icons-static-svg/icons/vertexai-color.svg?no-inline';
import vllm from '@lobehub/icons-static-svg/icons/vllm-color.svg?no-inline';
import volcengine from '@lobehub/icons-static-svg/icons/volcengine-color.svg?no-inline';
import voyage from '@lobehub/icons-static-svg/icons/voyage-color.svg?no-inline';
import xai from '@lobehub/icons-static-svg/icons/xai.svg?no-inline';
import xiaomimimo from '@lobehub/icons-static-svg/icons/xiaomimimo.svg?no-inline';
import yi from '@lobehub/icons-static-svg/icons/yi-color.svg?no-inline';
import zai from '@lobehub/icons-static-svg/icons/zai.svg?no-inline';
import zhipu from '@lobehub/icons-static-svg/icons/zhipu-color.svg?no-inline';

export interface Mark {
  /** Address of the SVG file. */
  url: string;
  /** `drawn` takes the colour of the text; the others bring their own, and `deep` ones turn light in the dark theme. */
  look: 'drawn' | 'coloured' | 'deep';
}

function drawn(url: string): Mark {
  return { url, look: 'drawn' };
}

function coloured(url: string): Mark {
  return { url, look: 'coloured' };
}

function deep(url: string): Mark {
  return { url, look: 'deep' };
}

/** The mark of each provider preset, from @lobehub/icons (MIT). The marks belong to their owners. */
export const marks: Readonly<Record<string, Mark>> = {
  openai: drawn(openai),
  anthropic: drawn(anthropic),
  google: coloured(gemini),
  deepseek: coloured(deepseek),
  zhipu: coloured(zhipu),
  zai: drawn(zai),
  moonshot: drawn(moonshot),
  'moonshot-intl': drawn(moonshot),
  baidu: deep(baidu),
  alibaba: coloured(alibabacloud),
  'alibaba-intl': coloured(alibabacloud),
  'azure-openai': coloured(azure),
  'aws-bedrock': coloured(bedrock),
  'google-vertex': coloured(vertexai),
  xai: drawn(xai),
  mistral: coloured(mistral),
  groq: drawn(groq),
  cohere: coloured(cohere),
  together: coloured(together),
  fireworks: deep(fireworks),
  perplexity: coloured(perplexity),
  openrouter: drawn(openrouter),
  siliconflow: coloured(siliconcloud),
  'siliconflow-intl': coloured(siliconcloud),
  volcengine: coloured(volcengine),
  'tencent-tokenhub': coloured(tencentcloud),
  'tencent-hunyuan': coloured(hunyuan),
  minimax: coloured(minimax),
  'minimax-intl': coloured(minimax),
  stepfun: coloured(stepfun),
  'stepfun-intl': coloured(stepfun),
  lingyi: coloured(yi),
  baichuan: coloured(baichuan),
  'iflytek-spark': coloured(spark),
  nvidia: coloured(nvidia),
  cerebras: coloured(cerebras),
  sambanova: coloured(sambanova),
  deepinfra: coloured(deepinfra),
  huggingface: coloured(huggingface),
  'github-models': drawn(github),
  ollama: drawn(ollama),
  vllm: coloured(vllm),
  lmstudio: drawn(lmstudio),
  voyage: coloured(voyage),
  jina: drawn(jina),
  elevenlabs: drawn(elevenlabs),
  replicate: drawn(replicate),
  novita: coloured(novita),
  modelscope: coloured(modelscope),
  xiaomi: drawn(xiaomimimo),
};

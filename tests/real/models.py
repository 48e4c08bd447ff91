"""Tiny random models, the same every time: hidden size 16, two layers, nothing downloaded."""

import torch
from tokenizers import Tokenizer
from tokenizers.models import WordLevel
from tokenizers.pre_tokenizers import Whitespace
from transformers import LlamaConfig, LlamaForCausalLM, PreTrainedTokenizerFast

WORDS = ("<unk>", "<s>", "</s>", "<pad>", "salve", "custos", "data", "tutela")


def llama() -> LlamaForCausalLM:
    """A Llama of about 6,000 parameters in float32."""
    torch.manual_seed(0)
    return LlamaForCausalLM(
        LlamaConfig(
            vocab_size=32,
            hidden_size=16,
            intermediate_size=32,
            num_hidden_layers=2,
            num_attention_heads=2,
            num_key_value_heads=1,
            max_position_embeddings=32,
            bos_token_id=1,
            eos_token_id=2,
            pad_token_id=3,
            tie_word_embeddings=False,
        )
    )


def tokenizer() -> PreTrainedTokenizerFast:
    """A tokenizer of eight words with a chat template."""
    vocabulary = {word: number for number, word in enumerate(WORDS)}
    words = Tokenizer(WordLevel(vocabulary, unk_token="<unk>"))
    words.pre_tokenizer = Whitespace()
    fast = PreTrainedTokenizerFast(
        tokenizer_object=words,
        unk_token="<unk>",
        bos_token="<s>",
        eos_token="</s>",
        pad_token="<pad>",
    )
    fast.chat_template = "{% for m in messages %}{{ m['content'] }}</s>{% endfor %}"
    return fast


def examples() -> list[dict[str, list[int]]]:
    """Eight training examples of eight tokens."""
    return [
        {"input_ids": [1, *(4 + (row + n) % 4 for n in range(6)), 2], "labels": [1] * 8}
        for row in range(8)
    ]

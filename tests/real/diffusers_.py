"""A tiny Stable Diffusion pipeline, written by diffusers."""

import json
from pathlib import Path

import torch
from diffusers import AutoencoderKL, DDIMScheduler, StableDiffusionPipeline, UNet2DConditionModel
from transformers import CLIPTextConfig, CLIPTextModel

from tests.real.case import Case
from tests.real.models import tokenizer

LIBRARIES = ("diffusers", "transformers", "safetensors", "torch")


def write(folder: Path) -> None:
    """A pipeline whose UNet is sharded."""
    _pipeline(folder)


def _unet() -> UNet2DConditionModel:
    torch.manual_seed(0)
    return UNet2DConditionModel(
        sample_size=8,
        block_out_channels=(2, 4),
        norm_num_groups=2,
        layers_per_block=1,
        down_block_types=("DownBlock2D", "CrossAttnDownBlock2D"),
        up_block_types=("CrossAttnUpBlock2D", "UpBlock2D"),
        cross_attention_dim=8,
        attention_head_dim=2,
    )


def _pipeline(folder: Path) -> None:
    source = "StableDiffusionPipeline.save_pretrained(max_shard_size='15KB')"
    case = Case(folder, "diffusers", source, LIBRARIES)
    root = "models/tiny-sd/"
    torch.manual_seed(0)
    text = CLIPTextConfig(
        vocab_size=32,
        hidden_size=8,
        intermediate_size=16,
        num_hidden_layers=1,
        num_attention_heads=2,
        max_position_embeddings=8,
    )
    vae = AutoencoderKL(block_out_channels=(4,), norm_num_groups=2, latent_channels=4)
    StableDiffusionPipeline(
        vae=vae,
        text_encoder=CLIPTextModel(text),
        tokenizer=tokenizer(),
        unet=_unet(),
        scheduler=DDIMScheduler(),
        safety_checker=None,
        feature_extractor=None,
        requires_safety_checker=False,
    ).save_pretrained(case.tree / root, max_shard_size="15KB")
    components = json.loads((case.tree / root / "model_index.json").read_text())
    assert {"unet", "vae", "text_encoder"} <= components.keys()
    case.artifact(
        root,
        "model",
        "diffusers",
        parts=["hf-model"],  # the text encoder
        weights=["*.safetensors"],
        named=[
            "unet/*.safetensors",
            "unet/diffusion_pytorch_model.safetensors.index.json",
            "vae/diffusion_pytorch_model.safetensors",
            "text_encoder/model.safetensors",
        ],
    )
    case.close()

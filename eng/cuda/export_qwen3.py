"""Exports a Qwen3 decoder with random bfloat16 weights, with recorded results to verify against. Hidden 1024 is Qwen3-0.6B's layer, 4096 Qwen3-8B's.

    python3 export_qwen3.py FOLDER [LAYERS] [HIDDEN]

Writes FOLDER/qwen3.pt2 and FOLDER/qwen3.io.safetensors: PyTorch's own results on the GPU at several numbers of tokens, float32.
"""
import sys, torch, transformers as tf
from safetensors.torch import save_file

folder, layers = sys.argv[1], int(sys.argv[2]) if len(sys.argv) > 2 else 4
hidden = int(sys.argv[3]) if len(sys.argv) > 3 else 1024
torch.manual_seed(0)
config = tf.Qwen3Config(hidden_size=hidden, num_hidden_layers=layers, num_attention_heads=16 if hidden == 1024 else hidden // 128, num_key_value_heads=8, head_dim=128,
                        intermediate_size=3 * hidden, vocab_size=1000, max_position_embeddings=16384, attn_implementation="sdpa", tie_word_embeddings=False)
model = tf.Qwen3ForCausalLM(config).eval().to(torch.bfloat16)

class Logits(torch.nn.Module):
    def __init__(self, model):
        super().__init__()
        self.m = model

    def forward(self, input_ids):
        return self.m(input_ids=input_ids, use_cache=False).logits

ids = torch.randint(0, 1000, (1, 64))
exported = torch.export.export(Logits(model), (ids,), dynamic_shapes=({1: torch.export.Dim.AUTO},), strict=False)
torch.export.save(exported, f"{folder}/qwen3.pt2")
cases, wide = {}, Logits(model.to("cuda", torch.float32))
with torch.inference_mode():
    for i, tokens in enumerate((2, 7, 64, 257, 1000)):
        ids = torch.randint(0, 1000, (1, tokens))
        # The same weights in float32: what bfloat16 arithmetic is held against.
        cases[f"case{i}.in0"], cases[f"case{i}.out0"] = ids, wide(ids.cuda()).to(torch.bfloat16).cpu()
save_file({name: tensor.contiguous() for name, tensor in cases.items()}, f"{folder}/qwen3.io.safetensors")

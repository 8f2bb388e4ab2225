"""Chinese names as letters: a key for sorting and searching, and the initials people type."""

import re
from functools import lru_cache
from typing import Any

from pypinyin import Style, lazy_pinyin, load_phrases_dict

# Place names whose reading differs from the usual one of a character, as far as the dictionary misses them.
_PLACES = {
    "重庆": "chong qing",
    "长寿": "chang shou",
    "长沙": "chang sha",
    "长春": "chang chun",
    "长安": "chang an",
    "垫江": "dian jiang",
    "涪陵": "fu ling",
    "綦江": "qi jiang",
    "北碚": "bei bei",
    "璧山": "bi shan",
    "大足": "da zu",
    "石柱": "shi zhu",
    "朝天门": "chao tian men",
    "单县": "shan xian",
    "乐山": "le shan",
    "乐清": "yue qing",
    "六安": "lu an",
    "蚌埠": "beng bu",
    "台州": "tai zhou",
    "番禺": "pan yu",
    "丽水": "li shui",
    "厦门": "xia men",
    "铅山": "yan shan",
    "莘县": "shen xian",
    "莘庄": "xin zhuang",
    "大埔": "da bu",
    "百色": "bai se",
    "亳州": "bo zhou",
    "郴州": "chen zhou",
    "东阿": "dong e",
    "会稽": "kuai ji",
    "尉犁": "yu li",
    "曾都": "zeng du",
    "宿州": "su zhou",
    "宿迁": "su qian",
    "阿里地区": "a li di qu",
}
_OTHER = "\0"
_LETTERS = re.compile(r"[^0-9a-z]+")

load_phrases_dict(
    {name: [[syllable] for syllable in reading.split()] for name, reading in _PLACES.items()}, style="default"
)


def _kept(run: str) -> Any:
    """Return what has no reading as one syllable; pypinyin takes a list, which its annotation does not say."""
    return [_OTHER + run]


@lru_cache(maxsize=20_000)
def read_aloud(name: str) -> tuple[str, str]:
    """Return a name's full reading and its initials, in lower-case letters and digits: chongqingdaxue, cqdx."""
    syllables = lazy_pinyin(name.casefold(), style=Style.NORMAL, errors=_kept, v_to_u=False)
    full, initials = [], []
    for syllable in syllables:
        if syllable.startswith(_OTHER):
            plain = _LETTERS.sub("", syllable)
            full.append(plain)
            initials.append(plain)
        else:
            full.append(syllable)
            initials.append(syllable[:1])
    return "".join(full), "".join(initials)

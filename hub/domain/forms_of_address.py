"""Word tables behind greetings: surnames, titles that people are addressed by, honorifics in both languages."""

from dataclasses import dataclass


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


COMPOUND_SURNAMES = _words(
    """
    欧阳 歐陽 司马 司馬 上官 诸葛 諸葛 皇甫 尉迟 尉遲 公孙 公孫 慕容 司徒 夏侯 令狐 长孙 長孫 宇文 司空 端木 东方
    東方 南宫 南宮 西门 西門 独孤 獨孤 轩辕 軒轅 申屠 太史 闻人 聞人 澹台 澹臺 宗政 濮阳 濮陽 淳于 钟离 鍾離 呼延
    赫连 赫連 百里 拓跋 鲜于 鮮于 闾丘 司寇 公冶 万俟 第五 羊舌 梁丘 左丘 谷梁 东郭 東郭 公羊
    """
)

PINYIN_SURNAMES = _words(
    """
    bai cai cao chan chang chen cheng chu cui dai deng ding dong du duan fan fang feng fu gao gong gu guo han hao he
    hong hou hu huang jia jiang jin kong lai lau lei li liang liao lin liu lo long lu luo lyu ma mao meng ng ouyang
    pan peng qian qin qiu ren shao shen shi song su sun tan tang tao tian wan wang wei wen wong wu xia xiang xiao xie
    xiong xu xue yan yang yao ye yi yin yu yuan zeng zhang zhao zheng zhong zhou zhu zou
    """
)

TITLES = {
    **dict.fromkeys(
        _words(
            """
            董事长 總經理 总经理 總裁 总裁 董事長 首席 总监 總監 副总 创始人 合伙人
            ceo cto cfo coo cmo founder president chairman
            """
        ),
        "总",
    ),
    **dict.fromkeys(("general manager", "managing director"), "总"),
    **dict.fromkeys(("总工程师", "总工"), "总工"),
    **{
        title: title
        for title in _words(
            """
            教授 博士 院士 院长 校长 所长 处长 局长 厅长 司长 部长 市长 区长 县长 镇长 主席 秘书长 书记 会长 理事长
            行长 台长 社长 站长 馆长 主编 主任 科长 经理 主管 律师 医生 老师 记者
            """
        )
    },
    "医师": "医生",
    "讲师": "老师",
    "教师": "老师",
    "工程师": "工",
    "professor": "教授",
}
"""Title to what follows the surname. The earliest in a title wins, then the longest: 副总经理 is 总, 项目经理 经理."""

UNIVERSAL = frozenset({"教授", "博士", "医生", "律师", "院士"})
"""Titles that go with a foreign name too: Rossi 教授, but not Smith 总."""

NOT_THE_CHIEF = ("助理", "秘书", "秘書", "assistant", "secretary")
"""总经理助理 is nobody's 总."""


@dataclass(frozen=True, slots=True)
class Honorific:
    """One form of address in both languages."""

    zh: str
    en: str


HONORIFICS = {
    **dict.fromkeys(("先生", "男", "男士", "mr", "mister", "sir", "m", "male"), Honorific("先生", "Mr")),
    **dict.fromkeys(("女士", "女", "ms", "miss", "madam", "f", "female"), Honorific("女士", "Ms")),
    "小姐": Honorific("小姐", "Ms"),
    "太太": Honorific("太太", "Mrs"),
    "夫人": Honorific("夫人", "Mrs"),
    "mrs": Honorific("女士", "Mrs"),
    **dict.fromkeys(("博士", "dr", "doctor"), Honorific("博士", "Dr")),
    **dict.fromkeys(("教授", "prof", "professor"), Honorific("教授", "Prof.")),
    **dict.fromkeys(("老师", "老師"), Honorific("老师", "")),
}

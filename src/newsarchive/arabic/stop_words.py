"""Arabic words that only hold a sentence together.

No word is left out of the index for it; these are not offered to a person who has typed the first letters of a word.
"""

from newsarchive.arabic.tokens import words

_WORDS = """
في من إلى على عن مع منذ حتى خلال عند لدى بين قبل بعد تحت فوق دون حول ضد عبر أمام وراء نحو بسبب رغم
و ف ب ل ك أو أم بل ثم لكن لكنه لكنها إن أن أنه أنها إنه إنها كي لكي إذا إذ لو لولا كما مثل بينما حيث حين عندما
لا لم لن ما ليس ليست غير سوى إلا قد لقد سوف هل كيف متى أين ماذا لماذا كم أي أيضا فقط جدا نعم كلا أما إما
هو هي هم هن هما أنا نحن أنت أنتم هذا هذه هذان هاتان هؤلاء ذلك تلك أولئك هنا هناك
الذي التي الذين اللذان اللتان اللواتي كان كانت كانوا يكون تكون كل بعض جميع كلها كله ذات ذو نفس نفسه نفسها
به بها بهم له لها لهم لنا لي لك فيه فيها فيهم منه منها منهم عنه عنها عليه عليها عليهم إليه إليها معه معها
بأن لأن كأن وأن فإن وإن ولا وما ولم وفي ومن وعلى وقد وكان وهو وهي كذلك وكذلك وهذا وذلك والتي والذي
مما عما فيما كلما لما بما وبين ولكن
"""

STOP_WORDS = frozenset(words(_WORDS))
"""Folded words: prepositions, conjunctions, negations, pronouns, and what clitics commonly make of them."""

"""Arabic stop words.

Stop words are indexed like all other words. They are only left out of the suggested completions.
"""

from newsarchive.arabic.tokens import words

_WORDS = """
في من إلى على عن مع منذ حتى خلال عند لدى بين قبل بعد تحت فوق دون حول ضد عبر أمام وراء نحو بسبب رغم
و ف ب ل ك ال وال بال لل
أو أم بل ثم لكن لكنه لكنها إن أن أنه أنها إنه إنها كي لكي إذا إذ لو لولا كما مثل بينما حيث حين عندما
لا لم لن ما ليس ليست غير سوى إلا قد لقد سوف هل كيف متى أين ماذا لماذا كم أي أيضا فقط جدا نعم كلا أما إما
هو هي هم هن هما أنا نحن أنت أنتم هذا هذه هذان هاتان هؤلاء ذلك تلك أولئك هنا هناك
الذي التي الذين اللذان اللتان اللواتي كان كانت كانوا يكون تكون كل بعض جميع كلها كله ذات ذو نفس نفسه نفسها
به بها بهم له لها لهم لنا لي لك فيه فيها فيهم منه منها منهم عنه عنها عليه عليها عليهم إليه إليها معه معها
بأن لأن كأن وأن فإن وإن ولا وما ولم وفي ومن وعلى وقد وكان وهو وهي كذلك وكذلك وهذا وذلك والتي والذي
مما عما فيما كلما لما بما وبين ولكن
"""

STOP_WORDS = frozenset(words(_WORDS))
"""Folded prepositions, conjunctions, negations and pronouns, also with common clitics, and the article as it is
written before numbers and Latin words."""

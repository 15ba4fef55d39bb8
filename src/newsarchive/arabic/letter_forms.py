"""The table of Arabic letters: which letter of a word in the index each written letter becomes.

Text in Arabic has letters of other languages and orthographies: keyboards for Farsi, Urdu and
Kurdish, spellings for foreign sounds (ڤ, پ, گ), Maghribi and Quranic spellings, and letters chosen
for their looks. Each becomes one of the 28 letters, ء, ؤ or ئ. The manual has the table:
`docs/letters.md`.

Where a letter has several readings, the index has the best one, and a query also tries the others
(`newsarchive.arabic.letters`).
"""

WRITTEN_AS = {
    "ا": "آأإٱٲٳݳݴࡰࡱࡲࡳࡴࡵࡶࡷࡸࡹࡺࡻࡼࡽࡾࡿࢀࢁࢂࢭ",
    "ب": "ٮٻپڀݐݑݒݓݔݕݖࢠࢡࢶࢷࢾ",
    "ت": "ٹٺټٽٿࢸࢿࣀ",
    "ج": "ڃڄچڇڿࢢࣁࣅࣆ",
    "ح": "ځڂڅݗݘݮݯݲݼࢊ",
    "د": "ڈډڊڋڌڍڎڏڐۮݙݚࢮ",
    "ر": "ڑڒړڔڕږڙۯݛݬݱࢪࢹ",
    "ز": "ڗژݫࢲ",
    "س": "ښڛڜݜݭݰݽݾ",
    "ش": "ۺ",
    "ص": "ڝڞࢯ",
    "ض": "ۻ",
    "ط": "ڟࢋࢌࢣ",
    "ع": "ࢳ",
    "غ": "ڠۼݝݞݟࣃ",
    "ف": "ڡڢڣڤڥڦݠݡࢤࢻ",
    "ق": "ٯڧڨࢥࢵࢼࣄ",
    "ك": "ػؼکڪګڬڭڮگڰڱڲڳڴݢݣݤݿࢍࢰࢴࣂࣈ",
    "ل": "ڵڶڷڸݪࢦࣇ",
    "م": "ݥݦࢧ",
    "ن": "ڹںڻڼڽݧݨݩࢉࢽ",
    "ه": "ةھۀہۂۃەۿ",
    "و": "ۄۅۆۇۈۉۊۋۏݸݹࢫࢱ",
    "ي": "ؠؽؾؿىیۍێېۑےݵݶݷݺݻࢆࢩࢬࢺ",
    "ؤ": "ٶٷ",
    "ئ": "ٸۓࢨ",
}
"""Letter of the index -> the letters that are indexed as it. ٵ, an alef after a high hamza, is two
characters to Unicode and becomes ا as well."""

OTHER_READINGS: dict[str, tuple[str, ...]] = {
    **dict.fromkeys("گڭݣڬࢴ", ("ق", "غ", "ج")),
    "ڨ": ("غ", "ج", "ك"),
    "ڠ": ("ق", "ج", "ك"),
    "ڤ": ("ق",),
    "چ": ("تش",),
    "ژ": ("ج",),
    "ۋ": ("ف",),
    "ڡ": ("ق",),
    "ٯ": ("ف",),
    "ٮ": ("ت", "ث", "ن", "ي"),
}
"""Written letter -> what it may stand for besides its letter in the index, likeliest first.

گ, ڨ and their like are the sound g, which newspapers also write غ, ج, ق or ك. So is ڤ in Algeria and
Tunisia, where it stands for ق. چ is "ch" in Iraq and the Gulf, which newspapers write تش, and a
foreign ج in Egypt. The last three are letters without dots.
"""

DOTLESS = "ڡٯٮ"
"""Letters that are dotted when they are typed: nobody who types ت or ن means ٮ."""

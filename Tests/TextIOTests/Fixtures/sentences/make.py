"""Makes pysbd.tsv: lines of several languages and the sentences that pySBD finds in them.

    python make.py      # needs: pip install pysbd==0.3.4

Each row: the code of the language, and the sentences of a line, separated by tabs; the line is these with a blank between
them (none in Chinese and Japanese). Lines that pySBD gets wrong, such as "Voir p. | 5", are in the test instead.
"""

import pathlib
import warnings

import pysbd

warnings.simplefilter("ignore")

LINES = {
    "en": """\
Hello World. My name is Jonas.
What is your name? My name is Jonas.
There it is! I found it.
My name is Jonas E. Smith.
Please turn to p. 55.
Were Jane and co. at the party?
They closed the deal with Pitt, Briggs & Co. at noon.
Let's ask Jane and co. They should know.
They closed the deal with Pitt, Briggs & Co. It closed yesterday.
I can see Mt. Fuji from here.
St. Michael's Church is on 5th st. near the light.
That is JFK Jr.'s book.
I visited the U.S.A. last year.
I live in the E.U. How about you?
I live in the U.S. How about you?
I work for the U.S. Government in Virginia.
I have lived in the U.S. for 20 years.
She has $100.00 in her bag.
She has $100.00. It is in her bag.
He teaches science (He previously worked for 5 years as an engineer.) at the local University.
Her email is Jane.Doe@example.com. I sent her an email.
The site is: https://www.example.50.com/new-site/awesome_content.html. Please check it out.
She turned to him, 'This is great.' she said.
She turned to him, "This is great." She held the book out to show him.
Hello!! Long time no see.
Hello?! Is that you?
1. The first item. 2. The second item.
You can find it at N°. 1026.253.553. That is where the treasure is.
She works at Yahoo! in the accounting department.
We make a good team, you and I. Did you see Albert I. Jones yesterday?
Thoreau argues that by simplifying one's life, "the laws of the universe will appear less complex. . . ."
"Really?" Tom asked. "Yes, e.g. now."
He has a Ph.D. in art. He likes it.
Great! 😀 Thanks. 🎉
No. 5 is alive. I said no. He left.
hello. how are you? i am fine.
Is it "real"? Yes, it is (or so they say). We saw it.""",
    "fr": """\
Bonjour à tous. Je m'appelle Jean.
M. Dupont est là. Mme Durand aussi.
Qu'est-ce que c'est ? C'est un chat ! Il dort.
Il coûte 3,50 euros. C'est cher.
Il a vu des chats, des chiens, etc. Puis il est parti.
Le site est www.exemple.fr. Il est lent.
J. K. Rowling est anglaise. Elle écrit.
Mais... je ne sais pas.""",
    "de": """\
Guten Tag. Ich heiße Anna.
Das ist z.B. Hamburg. Es ist groß.
Am 3. Oktober kam Dr. Müller. Er blieb lange.
Der 2. Weltkrieg endete 1945. Danach kam Frieden.
Was ist los? Nichts! Alles ist gut.
Die Pizza kostet 3.50 Euro. Das ist billig.""",
    "es": """\
¡Hola! ¿Qué tal? Estoy bien.
Cuesta 3.50 euros. Es caro.
Compró pan, leche, etc. Después se fue.""",
    "it": """\
Salve Sig.ra Mengoni! Come sta oggi?
Il Dott. Rossi è qui. Lui è stanco.
Costa 3,50 euro. È caro.""",
    "zh": """\
安永已聯繫周怡安親屬，協助辦理簽證相關事宜，周怡安家屬1月1日晚間搭乘東方航空班機抵達上海。他們步入入境大廳時神情落寞。
我问过房东，他说没问题。你呢？我也没问题！""",
    "ja": """\
これはペンです。それはマーカーです。
それは何ですか？ペンですか？
良かったね！すごい！""",
    "hi": """\
सच्चाई यह है कि इसे कोई नहीं जानता। हम जानते हैं।
क्या हाल है? मैं ठीक हूँ।""",
    "ar": """\
كيف حالك؟ أنا بخير.
مرحبا! أهلا وسهلا. شكرا!""",
}

rows = []
for language, lines in LINES.items():
    segmenter = pysbd.Segmenter(language=language, clean=False)
    for line in lines.split("\n"):
        sentences = [sentence.strip() for sentence in segmenter.segment(line)]
        assert ("" if language in ("zh", "ja") else " ").join(sentences) == line, line
        rows.append("\t".join([language] + sentences) + "\n")
(pathlib.Path(__file__).parent / "pysbd.tsv").write_text("".join(rows), encoding="utf-8")

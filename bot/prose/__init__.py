"""Written language as the bot needs it: sentences, figures, names, in six tongues and more.

Pure: texts in, values out. Knows nothing of stories or clips.
"""

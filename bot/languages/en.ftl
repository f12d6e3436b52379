# English, the language of everyone whose own is not here.
#
# To add a language, translate this file and name it by the language's two-letter code. Texts are
# Telegram's HTML; buttons, notices, descriptions and commands are plain. "Digit bot" in /about,
# MNIST and what follows a slash stay as they are.

# As the language calls itself.
name = English

## How the bot presents itself (plain)

# What the bot is called in a list of chats, unless whoever runs it has named it. At most 64
# characters.
bot-name = Digit Bot
# At most 512 characters.
description = I read handwritten digits and numbers. Send a photo of a digit, a price, a date or a page of numbers, and I answer with what is written and how sure I am.
# At most 120 characters.
short-description = Send a photo of a handwritten digit or number, and get back what is written and how sure that is.
command-start = What to send
command-help = What I can read, and the commands
command-read = Read the photo that you reply to
command-accuracy = How often I am right
command-confusion = Which digits I mix up
command-about = The model behind me
command-language = Choose the language
command-privacy = What I keep, and what not
command-forget = Delete what I keep of yours

## What to send

# The caption of a sample picture, with `button-try` below it.
greeting =
    Hello! Send me a photo of a handwritten digit or number, and I tell you what is written and how sure I am.

    No pen at hand? Try this picture. /help says more.
button-try = Try it with this one
# $commands: a line for each command.
help =
    Send me a photo of a handwritten digit or number, and I tell you what is written and how sure I am.

    One digit, a number such as 12.54 or 12/05, or lines of them, pen or pencil, paper or screen: what matters is that the digits are large, sharp and evenly lit. A picture sent as a file works too. In a group, reply to a photo with /read.

    { $commands }
hint = I read digits and numbers from pictures. Send me a photo of a handwritten digit, or see /help.
read-help = Reply to a photo with /read, and I tell you what it says.
# $name: the bot's, with @. The bot is asked in a chat that it is not in.
guest-help = Reply to a photo with { $name }, and I tell you what it says.
# The same, where Telegram does not hand out the photo.
guest-no-file = Telegram does not let me have that picture here. Forward it to me, and I read it.
edited = I answer new messages only: send the photo again.
moving-sticker = I can read still stickers only: send a photo instead.
not-an-image-file = That file is not a picture. Send a photo, or a picture as a JPEG, PNG, WebP or HEIC file.
put-aside = I failed twice at this message, so I leave it. Please send another photo.
failure = Something went wrong on my side, and your message was not answered. Please send it again.

# $seconds: how long to wait. May be a notice, and so is plain, as are the next four.
too-many-a-minute =
    Too many photos at once: I read the next one in { $seconds ->
        [one] { $seconds } second
       *[other] { $seconds } seconds
    }.
too-many-messages =
    Too many messages at once: I answer the next one in { $seconds ->
        [one] { $seconds } second
       *[other] { $seconds } seconds
    }.
too-much-reading =
    Your pictures take me long to read: I read the next one in { $seconds ->
        [one] { $seconds } second
       *[other] { $seconds } seconds
    }.
# $count: how many messages are not yet answered.
too-many-pending =
    Too many photos at once: send more when I have answered the { $count ->
        [one] one that I have.
       *[other] { $count } that I have.
    }
# $id: the user's id.
not-invited = This bot is for invited people only: ask whoever runs it to let you in, and tell them your user id, { $id }.

## Answers

# A cell of a table with 8 places.
share = { NUMBER($percent, minimumFractionDigits: 1, maximumFractionDigits: 1) } %
# The second line of an answer, below what is written: how sure that is.
sure = Sure
# $share: the probability of the least likely digit of several.
sure-each = Sure: { $share } for the least sure digit
# $read: the number, perhaps in markup, $other: the number that is next likely.
unsure = Probably { $read }, maybe { $other }
# Stands before what is written; another text says what is doubtful.
probably = Probably
# $count: how many digits are doubtful. A line for each follows.
doubtful =
    Probably, but { $count ->
        [one] one digit is doubtful
       *[other] { $count } digits are doubtful
    }:
# $place: which digit it is, counted from 1. $first and $second: the two likeliest digits. $share and
# $other: their probabilities.
doubtful-digit = digit { $place }: { $first } ({ $share }) or { $second } ({ $other })
# The same where nothing else is written.
doubtful-only-digit = { $first } ({ $share }) or { $second } ({ $other })
# The same of one of several numbers. $number: what it reads.
doubtful-digit-in-number = digit { $place } of “{ $number }”: { $first } ({ $share }) or { $second } ({ $other })
# The same where there are several lines. $line: which one it is, counted from 1.
doubtful-digit-in-line = line { $line }, digit { $place } of “{ $number }”: { $first } ({ $share }) or { $second } ({ $other })
# $count: how many more digits are doubtful.
more-doubts =
    { $count ->
        [one] and one more that is doubtful
       *[other] and { $count } more that are doubtful
    }
# What is written holds question marks.
untold = “?” stands for what I see but cannot tell.
# $share: the probability of that digit.
least-sure = least sure digit: { $share }
# A photo of an album: stands before what it says, and on a button.
album-photo = Photo { $number }
# $count: how many characters of what is written a message does not hold.
left-out =
    { $count ->
        [one] One more character does not fit a message.
       *[other] { $count } more characters do not fit a message.
    }
# Why a photo is not answered, each followed by what helps in that case.
refused-blank = I see nothing written there. If there is something, go closer, so that it fills a good part of the photo.
refused-too-dark = That photo is too dark for me. Take it again with more light.
refused-too-small = I see nothing there that is large enough to be read. If there is a number, go closer, so that it fills a good part of the photo.
refused-turned = That does not look like a digit as it lies. I read digits only: if it is one that lies on its side or upside down, turn the picture and send it again.
refused-not-a-digit = I see that well, but it does not look like a digit to me. I read digits only: if it is one, write it once more and more plainly.
# $marks: how many strokes or groups of strokes were seen.
refused-no-digit =
    { $marks ->
        [0] I see nothing there that looks like a digit.
        [1] I see one mark there, but not surely a digit.
       *[other] I see { $marks } marks there, but not surely a number.
    } Photograph the number alone, sharp and large, on plain paper.
refused-too-many-components = I see too many things there to find a number among them. Photograph one number alone, on plain paper.
refused-not-a-picture = I cannot open that as a picture. Send a JPEG, PNG, WebP or HEIC picture, or a screenshot of it.
refused-too-many-bytes = That file is too large: 20 MB is the most. Send a screenshot of it instead.
refused-too-many-pixels = That picture is too large: 50 megapixels is the most. Send a screenshot of it instead.
refused-too-demanding = I could not finish reading that picture. Crop it to the digits, or send a screenshot of it instead.

## The caption of a picture that shows what was read

# $read: what is written, in markup.
saw = I read { $read }
# $share: the probability of the only digit.
saw-sure = Sure: { $share }
# Stands below what was read.
saw-boxes = Boxes: green is sure, amber is doubtful. What has no box I left out, as it did not look like a digit or a mark.
# $count: how many digits there are, $shown: how many of them are drawn below the photo.
saw-cards = Below the photo: the { $shown } least sure of { $count } digits.
# These two stand below the reason why nothing was read.
saw-nothing = No box: I found nothing there that could be a digit.
# $nearest: digits with their probabilities. $count: how many they are.
saw-nearest =
    { $count ->
        [1] In the box is what comes nearest to a digit, too unlike one to count: { $nearest }
       *[other] In the boxes is what comes nearest to a digit, too unlike one to count: { $nearest }
    }

## Feedback on an answer (buttons and notices are plain)

button-copy = Copy
button-picture = What I saw
button-right = Right
button-wrong = Wrong
# Below a refusal: to say what was in the photo.
button-was = It was…
button-not-a-digit = Not a digit
button-cancel = Cancel
which-digit = Which digit is wrong?
which-part = Where is the wrong digit?
what-really = What is it really?
# $marked: the number, in which the digit that is asked about stands in brackets.
what-really-marked = What is the digit in brackets really: { $marked }?
# Follows one of the four questions above.
or-reply = You can also reply to this with all that is written, for example 12.5.
# Below a refusal, where no single digit can be asked about.
what-was-it = What was it? Reply to this or to the photo with what is written, for example 12.5, or with “nothing”.
# $feedback: "right", "nothing", or the number.
noted =
    Thank you. Noted: { $feedback ->
        [right] I was right
        [nothing] there is no digit
       *[other] it is { $feedback }
    }.
# $feedback: as above. Stands below the answer.
feedback =
    You said: { $feedback ->
        [right] right
        [nothing] no digit
       *[other] { $feedback }
    }
# What people write in reply when there is nothing to read, and what they begin with when there is:
# in small letters, with a slash between them.
correction-nothing = nothing / none / empty / blank / no digit / no digits / not a digit / no number / not a number / nothing there
correction-openings = it was / it is / it's / it’s / its / that was / that is / that's / that’s / this is / is / was / no / no,
correction-not-understood = I cannot take a number from that. Reply with what is written and nothing else, for example 12.5, or with “nothing”.
correction-of-what = I do not know which photo you mean. Reply to the photo that you sent with the number, for example 12.5.
only-the-sender = Only the person who sent the photo can say that.
photo-gone = That photo is no longer there: send it again.

## The commands' answers

accuracy =
    <b>{ $errors } of { $images }</b> MNIST test digits read wrong: { NUMBER($percent, minimumFractionDigits: 2, maximumFractionDigits: 2) } % right.
    The true rate is very likely { NUMBER($low, minimumFractionDigits: 1, maximumFractionDigits: 1) } to { NUMBER($high, minimumFractionDigits: 1, maximumFractionDigits: 1) } %.
# $answers: 20 or more.
accuracy-judged =
    Of { $answers } answers that people judged, { NUMBER($percent, maximumFractionDigits: 0) } % were wholly right.
    The true rate is very likely { NUMBER($low, maximumFractionDigits: 0) } to { NUMBER($high, maximumFractionDigits: 0) } %.
# Follows that. $digits: how many digits stand in the photos of those answers.
accuracy-judged-digits =
    { $digits ->
        [one] They hold one digit
       *[other] They hold { $digits } digits
    }, of which I read { NUMBER($percent, maximumFractionDigits: 0) } % right.
# Explains the table's columns, and one more figure. $error: the calibration error.
accuracy-words =
    Precision: of my answers “7”, how many are a 7.
    Recall: of all 7s, how many I call “7”.
    Calibration error, { NUMBER($error, minimumFractionDigits: 2, maximumFractionDigits: 2) } %: how far my percentages are from how often I am right.
accuracy-note = Photos are harder than that test. /confusion shows which digits get mixed up.
# The heads of a table's columns: 5, 10 and 10 characters at most.
column-digit = digit
column-precision = precision
column-recall = recall
# A cell of that table.
share-exact = { NUMBER($percent, minimumFractionDigits: 2, maximumFractionDigits: 2) } %
confusion = { $images } test digits: rows are the true digit, columns my answer. The errors ({ $errors }) are coloured.
# Below a second picture. $digits: of photos that people judged, and were read as some digit.
confusion-judged =
    The same of { $digits } digits that people judged, with { $errors ->
        [0] no error
        [one] one error
       *[other] { $errors } errors
    }.
about =
    <b>Digit bot { $version }</b>
    Model: { $network }, { $parameters } weights, { NUMBER($kilobytes, maximumFractionDigits: 0) } kB, version { $model }
    Trained on: { $data }; { $epochs } epochs, seed { $seed }
    Test accuracy: { NUMBER($percent, minimumFractionDigits: 2, maximumFractionDigits: 2) } %
    Lines are read by a second network, trained on: { $lines_data }
    Photos are read and forgotten. /privacy says what is kept.
# What a network was trained on, each after a comma.
about-pages = { $count } rendered pages with its digits, drawn digits and letters
about-strips = { $count } lines from rendered pages with its digits, drawn digits, marks and letters
about-typefaces = { $count } typefaces
about-corrections = { $count ->
    [one] one correction by a user
   *[other] { $count } corrections by users
    }
language = Which language shall I speak?
button-telegrams-language = As in Telegram
language-chosen = I speak English now.
privacy =
    <b>What I keep</b>
    I read your photo and forget it: it is never kept. Your message, with your name as Telegram tells it, waits in my database until it is answered; then it is emptied. For two days a keyed hash is left of it, by which I know the message if Telegram sends it again.

    Only when you tell me that an answer is right or wrong, I keep
    • each digit as the network saw it, 28×28 pixels,
    • what I read in the photo, and what you said it is,
    • the version of the model, and the time,
    • a keyed hash of your user id: it finds what is yours, and does not tell who you are.

    It shows how often I am right, and helps me to learn. A language that you choose I keep too, with the same hash. /forget deletes what you said and the language.
# $count: how many judged answers were deleted.
forgotten =
    { $count ->
        [0] There is nothing of yours to delete.
        [one] Deleted: the one answer that you judged.
       *[other] Deleted: all { $count } answers that you judged.
    }
# Said in the language that is spoken from then on.
forgotten-language = Deleted: the language that you chose. I speak the one of your Telegram again.

## The sandbox's chat page (plain)

page-title = Digit Bot: sandbox chat
page-sandbox = Sandbox: nothing leaves this computer
page-no-telegram = No Telegram account is needed here
page-conversation = Conversation
page-question = What can this bot do?
page-description = Send it a photo of handwritten digits.
page-start = Start
# The three ways in, each with a line that explains it.
page-try = Try this sample
page-try-hint = and see how I answer
page-write = Write one here
page-write-hint = with a mouse, a pen or a finger
page-choose = Choose a photo
page-choose-hint = from this device
page-new-message = New message
page-message = Message
page-commands = Commands
page-no-commands = The bot has not set any commands yet.
page-attach = Attach
# Stands before the next text, as do the two that follow.
page-photos = Photos
page-photos-hint = one, or several as an album
page-camera = Camera
page-camera-hint = take a photo now
page-file = File
page-file-hint = a picture with its bytes untouched
page-draw = Draw
page-draw-title = Draw a digit
# $strokes: how many strokes are drawn.
page-paper = Paper, strokes: { $strokes }
page-paper-empty = Paper, empty: draw with a mouse, a pen or a finger
page-undo = Undo
page-clear = Clear
page-send = Send
page-close = Close
page-picture = Picture
page-open-picture = Open the picture
page-notice = Notice
page-ok = OK
page-drop = Drop pictures to send them
page-reply = Reply
# A button: the next message shall reply to no other after all.
page-drop-quote = Drop the quote
page-anew = The bot was started again: this chat begins anew.
page-you = You
page-photo = Photo
page-photo-from = Photo from { $name }
page-photo-from-you = Photo from you
page-sticker = Sticker
page-sticker-from = Sticker from { $name }
page-sticker-from-you = Sticker from you
# $time: of the message, which has been changed.
page-edited = edited { $time }
# $name: the bot's.
page-action-typing = { $name } is typing…
page-action-file = { $name } is sending a file…
# $name: the file's. Stands beside a bar that tells how far it is.
page-sending = Sending { $name }
page-sending-pictures = Sending pictures: { $count }

# What the page says when something fails.
page-lost = The sandbox does not answer: start it again in its terminal.
page-sandbox-failed = The sandbox failed: look in its terminal.
page-not-sent = Nothing was sent: check that the file can be read and the sandbox still runs.
page-nothing-to-send = There is nothing to send yet: write a message or choose a picture.
page-empty-message = A message cannot be empty: write something.
# $longest: how many characters.
page-too-long = The text is too long: keep it within { $longest } characters.
page-album-full = An album holds ten files at most: send the others in another one.
page-no-picture = { $name } cannot be read as a picture. Send it as a file.
page-no-sticker = A sticker is a WebP picture: send other pictures as photos.
# $photo, $document and $sticker: their limits in MB.
page-too-large = This is too large (photos up to { $photo } MB, documents up to { $document } MB, stickers up to { $sticker } MB): choose a smaller one.
page-picture-gone = This picture is no longer kept: send it again.
page-button-gone = This button is no longer there: use a newer message.
# A button has put its text on the clipboard.
page-copied = Copied.
page-not-copied = This could not be copied: select it in the message instead.
page-original-gone = The message that you reply to is no longer there: drop the quote and send again.
page-not-your-message = This cannot be edited: choose a message of your own.
page-press-not-understood = This button press was not understood: reload the page.
page-no-such-chat = This chat cannot exist: open the page in a new tab.
# $name: of a part of the address.
page-no-number = The { $name } in the address must be a number.
page-only-the-page = Only the chat page itself may do this: open { $address } and try again.

## Drawing in Telegram (plain)

# The button beside the chat's text box, which opens the page with the drawing board.
button-draw = ✏️ Draw

# What the page says when a drawing is not taken, beside the texts for photos above.
page-draw-lost = The drawing was not sent: check your connection and send it again.
page-draw-not-from-telegram = I cannot tell who you are: close this page, and open it again with the button in our chat.
page-draw-too-old = This page has been open for more than a day: close it, and open it again with the button in our chat.
page-draw-under-way = Your last drawing is still on its way: send this one again in a moment.
page-draw-wait = Too many pictures at once: send it again in a minute.
page-draw-no-chat = I may not write to you yet: send /start in our chat, then send the drawing again.
page-draw-not-a-drawing = That did not arrive as a drawing: send it again.
page-draw-too-large = That drawing is too large: clear it and draw fewer strokes.
page-draw-failed = Something went wrong on my side: send it again in a moment.

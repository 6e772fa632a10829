"""English, for `lexicon.py`."""

DROPPED = "a an the is are am be been being do does of that which please exactly actually there s"
FORM = """
yesno how why who whose when where he she they him her them his
whatdo howlike can should will shall must may might did was has had best
"""
WEAK = """
to from by about with
to from about in
for from by about with
i my me you your we our us its their
"""
LIGHT = """
like get think thing phrase kind type called considered exist existence
actual actually basically truly main average typical typically generally specifically easily currently
feel know mean whatmean explain through itself self everything happen seem concept
"""
SLIGHT = "some any ever really just so and also have become do what it would if"
BEFORE_PLURALS = ""
JOINS = "of in"
NAMING = """
university college school institute bank city state republic kingdom house bay gulf cape lake island isle district
"""
ALIKE = """
buy purchase
in on at
1 one
2 two
3 three
4 four
5 five
6 six
7 seven
8 eight
9 nine
10 ten
12 twelve
100 hundred
under below
person human people
start begin commence
big large
biggest largest
fix repair
quickly fast quick rapidly
movie film
phone cellphone smartphone mobile
kid child kids children
man men guy
woman women lady ladies
usa america
uk britain
quit stop
happen occur
can could
program programme
picture photo photograph image
nobody noone
television tv
website site
bicycle bike
doctor physician
vs versus
improve enhance
your ur
you u
lose loose
problem issue
believe think
tell know
expert specialist
assist help
attorney lawyer
auto car automobile
airplane aeroplane plane
helpful useful
essential crucial
afraid scared
tasty delicious
young youthful
reply respond
rich wealthy
sick ill
trip journey
someone somebody
everyone everybody
anyone anybody
internet online web
illegal unlawful
smart intelligent clever
choose select pick
company firm corporation
maximum max
minimum min
ad advertisement advert
app application
info information
math maths mathematics
exam examination
best good great top
find get obtain
my me
difference different diffrence differance diference
relation relationship
technology tech
learnt learned
mother mom mum mommy
father dad daddy
weird strange odd
weirdest strangest oddest
scary terrifying frightening
hate dislike
disclose reveal
delete erase
require need
required needed
obligatory mandatory compulsory
rupee rs inr ₹
dollar $
euro €
pound £
yen ¥
percent %
nowadays currently presently now
make create build produce
kind type sort
celebrity celeb
stupid dumb
stupidest dumbest
importance significance
benefit advantage
drawback disadvantage
cheap inexpensive
expensive costly pricey
allow permit
forbid prohibit ban
increase boost
reduce decrease lessen
use utilize
attempt try
vacation holiday
store shop
trash garbage rubbish
taxi cab
truck lorry
country nation
baby infant
teenager teen adolescent
cop police
laptop notebook
computer pc
password passcode
quickest fastest
cope deal
knife knives
wife wives
wolf wolves
tooth teeth
foot feet
mouse mice
goose geese
average typical typically
mean whatmean
who whom
successful succesful
gray grey
tire tyre
defense defence
license licence
offense offence
practice practise
catalog catalogue
dialog dialogue
aluminum aluminium
jewelry jewellery
mustache moustache
judgment judgement
yogurt yoghurt
calculate compute
received got gotten
true correct
talk speak
gasoline petrol
apartment flat
definition defination
embarrassing embarassing
grammar grammer
pronunciation pronounciation
receive recieve
beautiful pretty
exact precise
previous prior
several various
if whether
was were
end finish
"""
PHRASES = r"""
(?P<word>\w{3,})is(?P<end>e|ed|es|er|ers|ing|ation|ations) > \g<word>iz\g<end>
(?P<word>\w{2,})our(?P<end>s|ed|ing|able|ite|ites|al|ful|hood|) > \g<word>or\g<end>
(?P<word>\w{2,})(?P<last>[tb])re(?P<end>s?) > \g<word>\g<last>er\g<end>
(?P<word>trave|cance|labe|mode|leve|signa|fue|counse|marve)ll(?P<end>ed|ing|er|ers|or|ors) > \g<word>l\g<end>
^(hi|hey|hello|ok|okay|so|well|jarvis)( jarvis)? > .
^(can|could|would|will) ANYONE( please| kindly)?( just)? (tell|explain to|teach|show)( me| us)? > .
^(do|does) ANYONE( happen to)? know > .
^(please )?(tell|show|teach)( me| us) > .
^(i|we) (want|need|would like|would love|wish) to know( if| about)? > .
^(i|we) (am|are|was|were)( just)? (wondering|curious)( if| about)? > .
WHAT (is|are|MODAL be)( the| some| of| a few| a| your| FINE)* WAY( WAYTO)?( i| we| you| one| someone)?( MODAL)? > how
WHAT (steps|step|things|thing) MODAL ME( take| do)? to > how
what (can|could|must|should|do|shall) ME do( now)?(?P<if> (if|when|while)(?= )|$) > whatdo\g<if>
what (MODAL|do) ME( have to| need to)? do (to|so as to|in order to|if i want to) > how
how (long|far|old|often|big|tall|deep|hard|difficult|safe|good|well|bad|late|early|soon|high|heavy)(?= ) > how\g<1>
(?<=\w )do$ > perform
how (do|does|MODAL) (?P<who>i|you) (be able to|manage to)(?= ) > how \g<who>
how (do|does|MODAL) (?P<who>i|you)( best| actually| possibly| really| easily)?(?= ) > how \g<who>
how (do|does|MODAL)( ME)?( best| actually| possibly| really| easily)?( be able to| manage to)?(?= ) > how
how (is|was) it possible to > how
how (?P<who>i|you) MODAL( be able to)? > how \g<who>
how ME MODAL( be able to)? > how
how (is|are|to)(?= ) > how
how (we|people|one|someone)(?= ) > how
WHAT (is|are|was|were)( some| of the| a few| few| the various| the different| various| the most common)+ > what
WHAT (is|are|was|were)( the)?( main| major| biggest| key)*( differences?) > difference
(what|which) one > what
(what|which|where|who) (is|are) one of( the)?(?= ) > \g<1>
(?P<aux>MODAL|do|does) one(?= ) > \g<aux>
what (is|are) (?P<it>.{2,40}) like(?= (in|at|on|during) ) > how \g<it>
what steps are to be taken to > how
what does it feel( like)?(?= ) > howlike
WHAT (is it|it is|does it feel|it feels)( feel)? like(?= ) > howlike
how (does it|it) feels?( like)?(?= ) > howlike
how (is it|it is)( like)?(?= ) > howlike
what (is|are) (?P<it>.{2,60}) like$ > how \g<it>
& > and
WHAT (does|do|is)( the)?( term| word| phrase)? (?P<it>.{2,40}?) (mean|stand for|meant by)$ > whatmean \g<it>
WHAT is (meant|understood) by > whatmean
WHAT (is|are)( the)? (meanings?|definition) of > whatmean
(?<=\w )when > if
what (would|will|does) happen if > what happen if
what if > what happen if
why is it that > why
what do you think (about|of)(?= ) > thinkof
^do you (think|believe|feel)( that)?(?= (MODAL|ME|if)?) > yesno
(do you think|in your opinion|according to you)(?= ) > .
(?<=\w )(in your opinion|according to you)$ > .
what (are|is) your (opinions?|thoughts?|views?|take) (about|of|on|regarding)(?= ) > thinkof
what makes > why
how come > why
what (causes|caused|is causing|(is|are)( the)?( main| major)* (causes?|reasons?) (of|for|behind|why))(?= ) > why
what (is|do|does)( you| the)? means?( by| of)?(?= ) > whatmean
(?P<it>.+) from$ > \g<it>
in order to > to
(by |through )?using|via|with the help of|by means of > with
out there > .
made (out|up) of > made of
during > in
infront > in front
mindblowing > mind blowing
any ?time soon > soon
(find|finding|figure|figuring) out > find
(has|have|had) ever > ever
as to(?= (how|what|why|when|where|who)) > about
(check|determine|tell|see|find|say) (if|whether|when)(?= ) > know if
(in |on |at )?(what|which) year (?P<aux>did|was|were|is|does|do)(?= ) > when \g<aux>
(?<=difference )(between |in |of )?(the )?(?P<one>\w+) (?P<what>\w{3,}?)s? and (the )?(?!(?P=one)
  |non )(?P<two>\w+) (?P=what)s?(?= |$) > \g<one> and \g<two> \g<what>
due to|owing to > because of
(on|in) (the )?(internet|web|net) > online
(my|your) self > myself
(in|of|for|throughout) (your|my|our|one s|someone s|their|a person s) (own |whole |entire |real |daily )*(life
  |lives)(?= |$) > .
(in|of|on) (the |this |whole |entire |our |real )*(life|world|earth|planet)$ > .
in the (whole |entire )?world(?= |$) > .
(from )?where (can|could|may|do) ME (find|get)(?= ) > where
(from )?where (can|could|may|do) ME (?P<verb>buy|purchase|download|learn|watch|rent|hire|read)(?= ) > where \g<verb>
(get|getting|got) started( with| in| on| at)?(?= ) > start
commit suicide > suicide
make use of > use
how (is|are) (?P<it>.{2,50}) different (from|than|to|with)(?= ) > difference \g<it> and
how (do|does) (?P<it>.{2,50}) differ (from|with)(?= ) > difference \g<it> and
(difference|differences|different|diffrence|differance|diference) (between|of|among|in)(?= ) > difference
how much (does it|would it|will it|is it) cost to > howmuch cost
(what is|what are|what would be|how much is)( the)? (costs?|price) (of|for|to) > howmuch cost
how much( does| do| would| will)?( it)? (?P<it>.{2,40}?) costs?$ > howmuch cost \g<it>
(that |which )?(you|i|we|u)( have| had)?( ever)? (seen|heard|hear|read|watched|come across
  |came across)( till now| so far)?$ > ever
as well as > and
united states of america > usa
united states > usa
the states > usa
the worlds?(?= \w+est| most| best| first| only) > .
(donald trump|donald j trump|president trump) > trump
hillary clinton > clinton
hillary(?= ) > clinton
both (?P<two>.+ and ) > \g<two>
united kingdom > uk
great britain > uk
(mobile|cell) phone > phone
smart phone > smartphone
earn money > make money
earn(?= ) > make money
get over > overcome
reduce weight > lose weight
put on weight > gain weight
lose fat > lose weight
get rid of > remove
going to > will
(each other|one another) > eachother
(a lot|lots|plenty) of > many
at the moment|right now|at present|these days > currently
of all time|of all times|all time > ever
high school > highschool
new year s|new years|new year > newyear
wi fi > wifi
e mail > email
e commerce > ecommerce
start ups > startup
start up(?= (company|companies|idea|ideas|business)) > startup
b tech|b.tech > btech
t shirt > tshirt
part time > parttime
full time > fulltime
data base > database
web site > website
(?<=\w )(and |or )?(why or why not|why not|why|how come|explain why|give reason|or not)$ > .
^is it possible( for (me|us|you|someone|a person))? to > can
^(is|are) there( any| some| a)?( FINE)* WAY( WAYTO)?( ME)?( MODAL)? > how
^(is|are) there( any| some| a| an)?(?= ) > what
what (is|was|are|were|has been|have been)(?= (the |some |of )*(your )?(most|\w+est|best|worst
  |favorite)\b.*\byou(r|ve)?\b) > what
you (ever did|did ever) > you ever done
(?P<verb>be|become|becoming|being)( a| an)? more(?= \w)(?!.*\bthan\b) > \g<verb>
newyear(?= resolutions?) > .
all about$ > .
(log|sign) (in|into|on) > login
(log|sign) (out|off) > logout
set up > setup
back up > backup
(?<=\w )(so far|till now|until now|please comment)$ > .
(?<=\w )so much$ > .
best (?P<what>.*?) available(?= |$) > best \g<what>
presidential(?= (elections?|debates?)) > .
(?P<tongue>english|spanish|french|german|hindi|chinese|japanese|arabic|russian|italian|korean|java|python
  |c\+\+)( programming)? language > \g<tongue>
(?P<what>books?|strategy|courses?|materials?|websites?|sites?) (to|for)( the)? (prepare|preparing|preparation
  |study|studying|learn|learning|read|reading)( for| of)?(?= \w) > \g<what> to
places? to (visit|see|travel to|travel|go to|go|explore)(?= ) > place to visit
(?P<what>phones?|mobiles?|laptops?|smartphones?|cars?|bikes?|cameras?|tablets?|headphones|earphones) to (buy
  |get|purchase)(?= ) > \g<what>
similar (?P<what>websites?|sites?|apps?|companies|things) (to|like) > \g<what> like
similar to > like
(?P<up>under|below|within|around) (rs|inr|rupees?) (?P<most>\d\S*) > \g<up> \g<most>
(?P<up>under|below|within|around) (?P<most>\d\S*) (rs|inr|rupees?) > \g<up> \g<most>
how much time(?= ) > howlong
(?<=\w )(that |which )?(i|you|we|one|people) (can|could)(?= (?!not)) > to
^(is|are|am|was|were|do|does|did|can|could|should|would|will|shall|must|may|might|has|have|had)(?= ) > yesno \g<0>
"""
SHORTHANDS = {
    "ANYONE": "(you|anyone|anybody|someone|somebody)",
    "MODAL": "(can|could|should|would|might|may|must|will|shall)",
    "ME": "(i|we|you|u|one|someone|somebody|anyone|a person|people)",
    "WHAT": "(what|which)",
    "FINE": "(good|best|easiest|easy|simplest|simple|right|proper|better|top|effective|possible|great|different|ideal|"
    "perfect)",
    "WAYTO": "(of|to|for|in which|by which|that|on how to)",
    "WAY": "(ways?|methods?|strateg(y|ies)|steps|tips|tricks?|techniques?|process|procedures?|"
    "approach|approaches|suggestions|advice|hacks)",
}

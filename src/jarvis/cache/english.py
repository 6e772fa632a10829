"""English, for `lexicon.py`."""

DROPPED = "a an the is are am be been being do does of that which please exactly actually there"
FORM = """
yesno how why who whom whose when where he she they him her them his
can should will shall must may might did was has had
"""
WEAK = """
to from by with about
i my me you your we our us its their
"""
LIGHT = """
like get go make give take think thing word phrase kind type sort life called considered exist existence
actual actually basically truly main average typical typically generally specifically easily currently
world find feel know mean whatmean explain through itself self everything happen seem term concept
"""
SLIGHT = "some any ever really just so and also have become do what it would in best if"
COUNTS = """
not no never neither nor none nobody nothing nowhere without hardly barely cannot except but only unless instead
all every each both half most more less least fewer few many much several enough too very always often sometimes
usually rarely first last next second third other another same different opposite
before after during until till since while ago again already yet still now today tomorrow yesterday tonight
morning afternoon evening night daily weekly monthly yearly annual annually currently day week month year hour
minute decade century weekend
monday tuesday wednesday thursday friday saturday sunday january february march april june july august
september october november december spring summer autumn fall winter
one two three four five six seven eight nine ten hundred thousand million billion dozen twice once double triple
percent half quarter dollar euro pound yen rupee cent kilo kilogram gram ton ounce mile kilometer kilometre meter
metre inch foot feet yard liter litre gallon pint celsius fahrenheit kelvin watt volt byte gb mb tb kg km cm mm
lb oz mph kmh usd eur gbp inr am pm
than as over under above below into out off up down away back against toward towards between among across around
inside outside behind near far per via like unlike versus vs or whether
better worse bigger smaller larger higher lower older younger cheaper faster slower max min maximum
minimum high low old new north south east west left right upper former ex anti non pseudo vice deputy step
false fake true real open close online offline free paid legal illegal male female man woman men women boy girl
child adult human this that these those late possible impossible were someone work job time similarity use using used
avoid stop quit prevent refuse lack forbid fail cease reject cancel deny without undo remove
son daughter mother father mom dad parent husband wife brother sister friend girlfriend boyfriend boss neighbor baby
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
to for
start begin commence
big large
biggest largest
fix repair
quickly fast quick rapidly
movie film
phone cellphone smartphone mobile
kid child kids children
man men
woman women
usa america
uk britain
quit stop
happen occur
can could
program programme
color colour
favorite favourite
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
rapidly quickly
smart intelligent clever
choose select pick
company firm
maximum max
minimum min
ad advertisement advert
app application
info information
math maths mathematics
exam examination
best good great top
my me
difference different
if whether
was were
end finish
"""
PHRASES = r"""
^(hi|hey|hello|ok|okay|so|well|jarvis)( jarvis)? > .
^(can|could|would|will) ANYONE( please| kindly)?( just)? (tell|explain to|teach|show)( me| us)? > .
^(do|does) ANYONE( happen to)? know > .
^(please )?(tell|show|teach)( me| us) > .
^(i|we) (want|need|would like|would love|wish) to know( if| about)? > .
^(i|we) (am|are|was|were)( just)? (wondering|curious)( if| about)? > .
WHAT (is|are|MODAL be)( the| some| of| a few| a| your| FINE)* WAY( WAYTO)?( i| we| you| one| someone)?( MODAL)? > how
WHAT (steps|step|things|thing) MODAL ME( take| do)? to > how
what (MODAL|do) ME( have to| need to)? do (to|so as to|in order to|if i want to) > how
how (long|far|old|often|big|tall|deep|hard|difficult|safe|good|well|bad|late|early|soon|high|heavy)(?= ) > how\g<1>
(?<=\w )do$ > perform
how (do|does|MODAL) (?P<who>i|you) (be able to|get to|manage to)(?= ) > how \g<who>
how (do|does|MODAL) (?P<who>i|you)( best| actually| possibly| really| easily)?(?= ) > how \g<who>
how (do|does|MODAL)( ME)?( best| actually| possibly| really| easily)?( be able to| get to| manage to)?(?= ) > how
how (is|was) it possible to > how
how (?P<who>i|you) MODAL( be able to)? > how \g<who>
how ME MODAL( be able to)? > how
how (is|are|to)(?= ) > how
WHAT (is|are|was|were)( some| of the| a few| few| the various| the different| various| the most common)+ > what
WHAT (is|are|was|were)( the)?( main| major| biggest| key)*( differences?) > difference
WHAT (is it|it is|does it feel|it feels)( feel)? like(?= ) > how
how (does it|it) feels?(?= ) > how
how (is it|it is)(?= ) > how
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
(do you think|in your opinion|according to you)(?= ) > .
(?<=\w )(in your opinion|according to you)$ > .
what (are|is) your (opinions?|thoughts?|views?|take) (about|of|on|regarding)(?= ) > thinkof
what makes > why
how come > why
in order to > to
as well as > and
united states of america > usa
united states > usa
the states > usa
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
new year s|new year > newyear
(?<=\w )(and |or )?(why or why not|why not|why|how come|explain why|give reason|or not)$ > .
^is it possible( for (me|us|you|someone|a person))? to > can
^(is|are) there( any| some| a| an)?(?= ) > what
^(is|are|am|was|were|do|does|did|can|could|should|would|will|shall|must|may|might|has|have|had)(?= ) > yesno \g<0>
"""
SHORTHANDS = {
    "ANYONE": "(you|anyone|anybody|someone|somebody)",
    "MODAL": "(can|could|should|would|might|may|must|will|shall)",
    "ME": "(i|we|you|u|one|someone|somebody|anyone|a person|people)",
    "WHAT": "(what|which)",
    "FINE": "(good|best|easiest|right|proper|better|top|effective|possible|great|different)",
    "WAYTO": "(of|to|for|in which|by which|that|on how to)",
    "WAY": "(ways?|methods?|strategies|steps|tips|tricks?|techniques?|process|procedure)",
}

import { randomInt } from "node:crypto";

const adverbs =
  "barely boldly briskly calmly daily duly evenly fairly freely gently gladly highly justly kindly largely lightly mildly mostly neatly openly partly plainly promptly quietly rarely safely simply slowly softly solely surely truly usually vastly warmly wholly widely".split(
    " ",
  );
const adjectives =
  "able ample apt bold brave bright brief calm clean clear clever cosmic crisp daring decent eager exact fair fast fine firm frank fresh gentle glad grand guided handy hardy humble ideal keen kind large light lively loyal lucky mellow merry model modern neat noble open polite prime proud pure quick quiet rapid ready rich robust sharp smart solid steady sunny sweet tender tidy upright vast vital warm wise witty".split(
    " ",
  );
const animals =
  "adder alpaca ant badger bat bear beetle bison boar buck bull camel cat cheetah cobra colt coral cow crab crane cricket crow deer dingo dog dolphin donkey dove dragon drake duck eagle eel egret elk falcon fawn ferret finch fish fox frog gator gecko gnu goat goose grouse gull hamster hare hawk hen heron horse hound ibex iguana impala jackal jay kid kit kite kiwi koala lamb lark lemur lion lizard llama lynx mackerel mantis marlin marmot mole monkey moose moth mouse mule newt octopus osprey otter owl ox oyster panda panther parrot pelican perch pig pigeon pony puma quail rabbit ram raven ray robin salmon seal shark sheep shrew skink skunk sloth snail snake snipe spider squid stag starling stork swan tapir termite tern tiger toad trout tuna turkey turtle viper vole walrus wasp weasel whale wolf wombat worm wren yak zebra".split(
    " ",
  );

const pick = (words: string[]): string => words[randomInt(words.length)];

/** A name of so many words, the last an animal, as github.com/dustinkirkland/golang-petname builds it. */
export function petName(words: number, separator: string): string {
  const leading = Array.from({ length: Math.max(words - 2, 0) }, () => pick(adverbs));
  return [...leading, ...(words > 1 ? [pick(adjectives)] : []), pick(animals)].join(separator);
}

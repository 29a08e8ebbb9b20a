/** Words of `watchdog install` and `watchdog enable`. */
export const installEn = {
  commands: {
    'watchdog install': 'Write what makes yoban a service of this machine: units of systemd, or lines for cron',
    'watchdog enable': 'Start what "watchdog install" wrote, now and at every boot',
  },
  options: {
    underUser: "under this user's systemd",
    underSystem: "under the machine's systemd (needs root)",
    underCron: 'without systemd: lines for cron',
    unitDir: 'folder of the units (the one that systemd reads unless given)',
    runAs: 'the user whom the services of the machine run as (the owner of YOBAN_HOME unless given)',
    envFile: 'file with your secrets, NAME=value (.env beside yoban.yml unless given)',
    dryRunInstall: 'show it and change nothing',
  },
  texts: {
    written: (file: string) => `written: ${file}`,
    unchanged: (file: string) => `unchanged: ${file}`,
    wouldWrite: (file: string) => `would write ${file}:`,
    ran: (command: string) => `done: ${command}`,
    wouldRun: (command: string) => `would run: ${command}`,
    unset: (names: string, file: string) => `Not in ${file}: ${names}`,
    next: (kind: string) => `Then: yoban watchdog enable --${kind}`,
    linger: (user: string) => `To have it run before you log in: loginctl enable-linger ${user}`,
    oddPath: (file: string) =>
      `systemd and cron cannot be given the path ${file}: it holds a blank or a sign of theirs`,
    noClone: 'this yoban is no clone (a container?): its services are kept by what started them',
    ownedByRoot: (home: string) =>
      `${home} belongs to root; make a user for yoban and give it to it, or name one with --run-as`,
    foreign: (file: string) => `${file} is there and was not written by yoban`,
    foreignHint: 'Look at it; move it away if it is not needed, then run this again.',
    notInstalled: 'nothing is installed yet',
    notInstalledHint: 'First: yoban watchdog install',
    runs: (pid: number) => `this kit runs already, started by npm start (process ${pid})`,
  },
};

use std::{env, path::Path, time::Duration};

use anyhow::Result;
use lab::providers::{Answer, Mood, Service};
use reachability::{Request, Web};
use reqwest::Method;
use tokio::runtime::Builder;

use crate::{
    home::{Home, account, somebody_else, story},
    internet::Internet,
    log::{Log, assert_no_secret},
};

#[test]
fn who_cannot_prove_who_he_is_is_told_no_token() -> Result<()> {
    story(&Service::ALL, async |home: &mut Home| {
        home.believe_nobody()?;
        home.want("203.0.113.2");

        for service in Service::ALL {
            let why = home.until_failing(service).await?;
            assert!(why.contains("cannot connect"), "{why}");
            assert!(home.internet.providers.asked(service).is_empty());
        }
        Ok(())
    })
}

#[test]
fn secrets_are_in_no_log_no_error_and_no_state() -> Result<()> {
    let log = Log::capture();
    story(&Service::ALL, async |home: &mut Home| {
        let mut seen = String::new();
        let moods = [
            Mood::Well,
            Mood::bad_gateway(u32::MAX),
            Mood::WrongToken,
            Mood::Silent,
            // A server that repeats what it was asked, as many do in their pages of errors.
            Mood::Answers(Answer::text(400, &Service::ALL.map(Service::secret).join(" ")), u32::MAX),
        ];
        for (round, mood) in moods.into_iter().enumerate() {
            for service in Service::ALL {
                home.internet.providers.set_mood(service, mood.clone());
            }
            home.want(&format!("203.0.113.{round}"));
            home.pass(Duration::from_secs(3700)).await;
            home.until_all_asked().await?;
            home.pass(Duration::from_secs(16)).await;
            home.until_settled().await?;
            seen += &format!("{:?} {:#?}", home.states(), home.wanted());
        }
        let account = account(Service::Dyndns2, Service::Dyndns2.secret());
        seen += &format!("{account:?} {:#?}", account.secret());

        for text in [seen, log.text()] {
            assert!(text.len() > 1000);
            assert_no_secret(&text);
        }
        Ok(())
    })
}

#[test]
fn the_variable_ssl_cert_file_says_whom_to_believe() -> Result<()> {
    let internet = Internet::build()?;
    let ask = |certificate: &Path| {
        let mut command = internet.room.command(env::current_exe()?);
        command
            .args(["--exact", "secrets::ask_desec", "--ignored"])
            .env("SSL_CERT_FILE", certificate)
            .env_remove("SSL_CERT_DIR");
        anyhow::Ok(command.output()?.status.success())
    };

    assert!(ask(internet.providers.certificate())?);
    assert!(!ask(&somebody_else()?)?);
    Ok(())
}

#[test]
#[ignore = "run by the test above, in a process with another environment"]
fn ask_desec() -> Result<()> {
    let runtime = Builder::new_current_thread().enable_all().build()?;
    let request = Request::new(Method::GET, "https://update.dedyn.io/".parse()?);

    let answer = runtime.block_on(Web::new()?.ask(request))?;

    assert_eq!((answer.status, answer.text.as_str()), (401, "badauth"));
    Ok(())
}

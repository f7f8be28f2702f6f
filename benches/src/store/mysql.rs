//! A database of our own on a MySQL or MariaDB server, one table for all contenders.

use sqlx::{Connection, Executor, MySqlConnection};

use super::{DATABASE, Store, with_database};
#[cfg(feature = "orm")]
use crate::contenders::orm::Orm;
use crate::{
    contender::{Result, Workload},
    contenders::sqlx_mysql,
    runner::AnyContender,
};

pub struct MySqlStore {
    server: MySqlConnection,
    url: String,
}

impl Store for MySqlStore {
    const NAME: &'static str = "MySQL";
    const RELATED: bool = false;

    async fn create() -> Result<Self> {
        let server = std::env::var("ORM_BENCH_MYSQL_URL");
        let server = server.unwrap_or_else(|_| "mysql://root@127.0.0.1:3306/mysql".into());
        let url = with_database(&server, DATABASE)?;
        let mut server = MySqlConnection::connect(&server).await?;
        if sqlx::query_scalar::<_, i64>("SELECT GET_LOCK('orm_bench', 0)")
            .fetch_one(&mut server)
            .await?
            != 1
        {
            return Err("another run is using this MySQL server".into());
        }
        server.execute("DROP DATABASE IF EXISTS orm_bench").await?;
        server
            .execute("CREATE DATABASE orm_bench CHARACTER SET utf8mb4")
            .await?;
        server
            .execute(
                "CREATE TABLE orm_bench.users (
                    id bigint AUTO_INCREMENT PRIMARY KEY,
                    name varchar(255) NOT NULL,
                    hair_color varchar(255),
                    created_at datetime(6) NOT NULL
                )",
            )
            .await?;
        Ok(Self { server, url })
    }

    async fn contenders(&mut self) -> Result<Vec<Box<dyn AnyContender>>> {
        Ok(vec![
            Box::new(sqlx_mysql::SqlxConnection::connect(&self.url).await?),
            #[cfg(feature = "orm")]
            Box::new(Orm::connect(&self.url).await?),
        ])
    }

    async fn clear(&mut self) -> Result<()> {
        self.server
            .execute("TRUNCATE TABLE orm_bench.users")
            .await?;
        Ok(())
    }

    async fn fill(
        &mut self,
        contenders: &mut [Box<dyn AnyContender>],
        workload: Workload,
    ) -> Result<()> {
        contenders[0].fill(workload.rows()).await
    }

    async fn remove(mut self) -> Result<()> {
        self.server.execute("DROP DATABASE orm_bench").await?;
        Ok(())
    }
}

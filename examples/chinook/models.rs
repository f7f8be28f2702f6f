//! The tables of a shop for music: what it has, and who bought it.

use orm::prelude::*;

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "artist")]
#[has_many(albums: Album)]
#[has_many(tracks: Track, through(albums, tracks))]
pub(crate) struct Artist {
    #[model(natural, column = "artist_id")]
    pub(crate) id: Id<Artist, i32>,
    #[model(length = 120)]
    pub(crate) name: Option<String>,
}

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "album")]
#[has_many(tracks: Track)]
pub(crate) struct Album {
    #[model(natural, column = "album_id")]
    pub(crate) id: Id<Album, i32>,
    #[model(length = 160)]
    pub(crate) title: String,
    #[belongs_to(artist: Artist)]
    pub(crate) artist_id: Id<Artist, i32>,
}

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "genre")]
#[has_many(tracks: Track)]
pub(crate) struct Genre {
    #[model(natural, column = "genre_id")]
    pub(crate) id: Id<Genre, i32>,
    #[model(length = 120)]
    pub(crate) name: Option<String>,
}

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "media_type")]
pub(crate) struct MediaType {
    #[model(natural, column = "media_type_id")]
    pub(crate) id: Id<MediaType, i32>,
    #[model(length = 120)]
    pub(crate) name: Option<String>,
}

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "track")]
#[has_many(sales: InvoiceLine)]
#[many_to_many(playlists: Playlist, through = PlaylistTrack)]
pub(crate) struct Track {
    #[model(natural, column = "track_id")]
    pub(crate) id: Id<Track, i32>,
    #[model(length = 200)]
    pub(crate) name: String,
    #[belongs_to(album: Album)]
    pub(crate) album_id: Option<Id<Album, i32>>,
    #[belongs_to(media_type: MediaType)]
    pub(crate) media_type_id: Id<MediaType, i32>,
    #[belongs_to(genre: Genre)]
    pub(crate) genre_id: Option<Id<Genre, i32>>,
    #[model(length = 220)]
    pub(crate) composer: Option<String>,
    pub(crate) milliseconds: i32,
    pub(crate) bytes: Option<i32>,
    #[model(precision = 10, scale = 2)]
    pub(crate) unit_price: Decimal,
}

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "playlist")]
#[many_to_many(tracks: Track, through = PlaylistTrack)]
pub(crate) struct Playlist {
    #[model(natural, column = "playlist_id")]
    pub(crate) id: Id<Playlist, i32>,
    #[model(length = 120)]
    pub(crate) name: Option<String>,
}

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "playlist_track")]
pub(crate) struct PlaylistTrack {
    #[model(key)]
    #[belongs_to(playlist: Playlist)]
    pub(crate) playlist_id: Id<Playlist, i32>,
    #[model(key)]
    #[belongs_to(track: Track)]
    pub(crate) track_id: Id<Track, i32>,
}

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "employee")]
#[has_many(reports: Employee, via = manager)]
#[has_many(customers: Customer)]
pub(crate) struct Employee {
    #[model(natural, column = "employee_id")]
    pub(crate) id: Id<Employee, i32>,
    #[model(length = 20)]
    pub(crate) last_name: String,
    #[model(length = 20)]
    pub(crate) first_name: String,
    #[model(length = 30)]
    pub(crate) title: Option<String>,
    #[belongs_to(manager: Employee)]
    pub(crate) reports_to: Option<Id<Employee, i32>>,
    pub(crate) birth_date: Option<NaiveDateTime>,
    pub(crate) hire_date: Option<NaiveDateTime>,
    #[model(length = 70)]
    pub(crate) address: Option<String>,
    #[model(length = 40)]
    pub(crate) city: Option<String>,
    #[model(length = 40)]
    pub(crate) state: Option<String>,
    #[model(length = 40)]
    pub(crate) country: Option<String>,
    #[model(length = 10)]
    pub(crate) postal_code: Option<String>,
    #[model(length = 24)]
    pub(crate) phone: Option<String>,
    #[model(length = 24)]
    pub(crate) fax: Option<String>,
    #[model(length = 60)]
    pub(crate) email: Option<String>,
}

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "customer")]
#[has_many(invoices: Invoice)]
pub(crate) struct Customer {
    #[model(natural, column = "customer_id")]
    pub(crate) id: Id<Customer, i32>,
    #[model(length = 40)]
    pub(crate) first_name: String,
    #[model(length = 20)]
    pub(crate) last_name: String,
    #[model(length = 80)]
    pub(crate) company: Option<String>,
    #[model(length = 70)]
    pub(crate) address: Option<String>,
    #[model(length = 40)]
    pub(crate) city: Option<String>,
    #[model(length = 40)]
    pub(crate) state: Option<String>,
    #[model(length = 40)]
    pub(crate) country: Option<String>,
    #[model(length = 10)]
    pub(crate) postal_code: Option<String>,
    #[model(length = 24)]
    pub(crate) phone: Option<String>,
    #[model(length = 24)]
    pub(crate) fax: Option<String>,
    #[model(length = 60)]
    pub(crate) email: String,
    #[belongs_to(support_rep: Employee)]
    pub(crate) support_rep_id: Option<Id<Employee, i32>>,
}

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "invoice")]
#[has_many(lines: InvoiceLine)]
pub(crate) struct Invoice {
    #[model(natural, column = "invoice_id")]
    pub(crate) id: Id<Invoice, i32>,
    #[belongs_to(customer: Customer)]
    pub(crate) customer_id: Id<Customer, i32>,
    pub(crate) invoice_date: NaiveDateTime,
    #[model(length = 70)]
    pub(crate) billing_address: Option<String>,
    #[model(length = 40)]
    pub(crate) billing_city: Option<String>,
    #[model(length = 40)]
    pub(crate) billing_state: Option<String>,
    #[model(length = 40)]
    pub(crate) billing_country: Option<String>,
    #[model(length = 10)]
    pub(crate) billing_postal_code: Option<String>,
    #[model(precision = 10, scale = 2)]
    pub(crate) total: Decimal,
}

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "invoice_line")]
pub(crate) struct InvoiceLine {
    #[model(natural, column = "invoice_line_id")]
    pub(crate) id: Id<InvoiceLine, i32>,
    #[belongs_to(invoice: Invoice)]
    pub(crate) invoice_id: Id<Invoice, i32>,
    #[belongs_to(track: Track)]
    pub(crate) track_id: Id<Track, i32>,
    #[model(precision = 10, scale = 2)]
    pub(crate) unit_price: Decimal,
    pub(crate) quantity: i32,
}

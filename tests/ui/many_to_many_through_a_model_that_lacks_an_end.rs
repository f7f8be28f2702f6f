use orm::prelude::*;

#[derive(Model)]
#[many_to_many(tags: Tag, through = PostTag)]
struct Post {
    id: Id<Post>,
}

#[derive(Model)]
struct Tag {
    id: Id<Tag>,
}

#[derive(Model)]
struct PostTag {
    id: Id<PostTag>,
    #[belongs_to(post: Post)]
    post_id: Id<Post>,
    tag_id: Id<Tag>,
}

fn main() {}

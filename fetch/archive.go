package fetch

import (
	"context"
	"iter"
	"net/url"
	"strings"
)

// Archive asks for a document of a feed's older entries ([Feed.Archive], RFC 5005), whole. robots.txt binds it as it binds
// [Client.Poll], and it fails as that does.
func (c *Client) Archive(ctx context.Context, url string) (Feed, error) {
	return c.whole(ctx, "archive", url, c.options.RobotsFeeds)
}

// Sitemap asks for a sitemap, or the index of several, whole. robots.txt always binds it: unlike a feed, it is published for
// those who keep to that file. It fails as [Client.Poll] does.
func (c *Client) Sitemap(ctx context.Context, url string) (Feed, error) {
	return c.whole(ctx, "sitemap", url, true)
}

// NewsSitemaps are the first three sitemaps that the robots.txt of an address's site names and whose own addresses say that they
// are about news. It fails with an [*Error] if that file can't be had, or with the context's error.
func (c *Client) NewsSitemaps(ctx context.Context, site string) ([]string, error) {
	at, err := parseURL(site)
	if err != nil {
		return nil, fail(site, BadURL, err)
	}
	v, err := c.robots.verdict(ctx, at.Scheme+"://"+at.Host)
	if err == nil && v.err != nil {
		err = v.err
	}
	if err != nil {
		return nil, explain(ctx, site, err)
	}
	var maps []string
	for u := range addressesWith("news", v.rules.Sitemaps, at) {
		if maps = append(maps, u.String()); len(maps) == maxSitemaps {
			break
		}
	}
	return maps, nil
}

// addressesWith are those that have a word after their host.
func addressesWith(word string, addresses []string, base *url.URL) iter.Seq[*url.URL] {
	return func(yield func(*url.URL) bool) {
		for _, address := range addresses {
			u, err := base.Parse(address)
			if err == nil && strings.Contains(strings.ToLower(u.RequestURI()), word) && !yield(u) {
				return
			}
		}
	}
}

// whole asks for a document that is asked for once, so that no validators are wanted. An index is not followed.
func (c *Client) whole(ctx context.Context, kind, address string, bound bool) (Feed, error) {
	a := ask{kind: kind, url: address, accept: feedTypes, limit: c.options.feedLimit()}
	if bound {
		a.permit = c.robots.permit
	}
	got, err := c.get(ctx, a)
	if err != nil {
		return Feed{}, err
	}
	if !got.ok() {
		return Feed{}, got.refused(address)
	}
	return got.feed(address, Validators{}, c.options.Limits)
}

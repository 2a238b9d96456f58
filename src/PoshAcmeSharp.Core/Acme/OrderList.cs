using PoshAcmeSharp.Json;

namespace PoshAcmeSharp.Acme;

/// <summary>The list of an account's orders (RFC 8555 section 7.1.2.1): pages with URLs.</summary>
internal static class OrderList
{
    /// <summary>Reads the pages, each after the one before it, which alone knows where the next one is.</summary>
    /// <param name="account">Whose orders.</param>
    /// <param name="page">The URL of the first page.</param>
    /// <param name="maxPages">How many pages at most.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <returns>The URLs of the orders in the server's order, each once, and whether that was all.</returns>
    public static async Task<(IReadOnlyList<string> Urls, bool IsComplete)> ReadAsync(
        AcmeAccountClient account, string page, int maxPages, CancellationToken cancellationToken)
    {
        var urls = new List<string>();
        var known = new HashSet<string>(StringComparer.Ordinal);
        var pages = new HashSet<string>(StringComparer.Ordinal);
        for (var next = page; next is not null;)
        {
            // Pages that lead back to one another would never end.
            if (pages.Count == maxPages || !pages.Add(next))
            {
                return (urls, false);
            }

            var response = await account.PostAsGetAsync(next, null, cancellationToken).ConfigureAwait(false);
            urls.AddRange((JsonText.GetStrings(ResourceReader.Object(response), "orders") ?? []).Where(known.Add));
            next = response.Links.FirstOrDefault(l => l.Relations.Contains("next"))?.Target.AbsoluteUri;
        }

        return (urls, true);
    }
}

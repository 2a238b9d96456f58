namespace PoshAcmeSharp;

/// <summary>Small helpers for texts that are shown to users.</summary>
internal static class Text
{
    /// <summary>Cuts a text to size, on one line, without control characters: what a server sent may be anything.</summary>
    /// <param name="text">The text.</param>
    /// <param name="length">The longest result in characters.</param>
    public static string Cut(string text, int length)
    {
        var clean = new string([.. text.Take(length + 1).Select(c => char.IsControl(c) ? ' ' : c)]);
        return clean.Length > length ? clean.Substring(0, length) + "…" : clean;
    }
}

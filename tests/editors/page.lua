-- Waits for what Neovim shows of the file that is open, set up by the lines of the page alone; what came of it is written as JSON to a file.
local function codes()
  return vim.tbl_map(function(each) return each.code end, vim.diagnostic.get(0))
end

vim.wait(30000, function() return vim.tbl_contains(codes(), "ORB501") end, 50)
local result = { codes = codes(), clients = vim.tbl_map(function(each) return each.name end, vim.lsp.get_clients({ bufnr = 0 })) }
vim.cmd("OrbitDoctor")
vim.wait(60000, function() return vim.api.nvim_buf_get_name(0) == "" and vim.fn.getline(1) ~= "" end, 50)
result.doctor = vim.api.nvim_buf_get_lines(0, 0, -1, false)
vim.fn.writefile({ vim.json.encode(result) }, vim.env.ORBITCFG_OUT)
vim.cmd("qa!")
